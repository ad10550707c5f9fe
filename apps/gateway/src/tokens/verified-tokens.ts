import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { decodeJwt, decodeProtectedHeader, errors, importJWK, jwtVerify } from 'jose';
import type { FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';
import { isWithin } from '#libs/addresses';
import { environments, otherEnvironment, tokens, type Environment } from '#libs/contracts';
import { SlipwayError } from '#libs/errors';
import { Clock } from '#libs/clock';
import { LOGGER, type Logger } from '#libs/observability';
import { RpcClient } from '#libs/rpc';
import { GatewayConfig } from '../config';
import { EndedTokens } from './ended-tokens';

const cached = 10_000;
const refreshMs = 1_000;
const keySetMs = 60_000;
const unknownKidCooldownMs = 1_000;
/**
 * 64 bytes, base64url, in the one form whose last four bits are zero (RFC 4648 3.5): decoders read more spellings of the
 * same signature, each a token of its own to the cache.
 */
const signatureForm = /\.[\w-]{85}[AQgw]$/;

/** RFC 9068, as `tokens` writes it. */
export interface VerifiedToken {
  iss: string;
  aud: string;
  sub: string;
  client_id: string;
  exp: number;
  iat: number;
  jti: string;
  partner_id: string;
  account_id: string;
  subscription_id: string;
  product_id: string;
  /** Missing in tokens of a version before the epochs. */
  key_id?: string;
  epoch?: number;
  /** From where alone it may be used; ranges in CIDR notation. */
  allowed_addresses?: string[];
  /** RFC 8693 4.1: the person who made it without the key's secret. */
  act?: { sub: string };
}

/** A call as it came. `ip`: whence, as the edge sees it (`SLIPWAY_TRUST_PROXY`). */
export type Presented = Pick<FastifyRequest, 'headers' | 'ip'>;

type PublicKey = Awaited<ReturnType<typeof importJWK>>;

/** What the gateway knows of one environment's tokens. */
interface Knowledge {
  /** Tokens whose signature has been verified. */
  seen: LRUCache<string, VerifiedToken>;
  keys: Map<string, PublicKey>;
  /** Monotonic milliseconds. */
  readAt: number;
  /** Under way: whoever needs a key meanwhile waits for the same answer. */
  reading?: Promise<void>;
}

const nothingKnown = (): Knowledge => ({
  seen: new LRUCache({ max: cached }),
  keys: new Map(),
  readAt: -Infinity,
});

/**
 * Verifies session tokens on the spot: the signature once per token, expiry and what has ended tokens at
 * every use. No service is asked on the way, so the data plane goes on while they restart.
 */
@Injectable()
export class VerifiedTokens implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly knowledge: Record<Environment, Knowledge> = {
    sandbox: nothingKnown(),
    production: nothingKnown(),
  };
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly rpc: RpcClient,
    private readonly ended: EndedTokens,
    private readonly clock: Clock,
    @Inject(GatewayConfig) private readonly config: GatewayConfig,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.refresh(), refreshMs);
    void this.refresh();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  /** Of a token, before anything of it is proven. @throws invalid_token */
  environmentOf(authorization: string | undefined): Environment {
    const { issuer } = read(bearerOf(authorization) ?? '');
    const environment = environments.find((one) => issuer === `${this.config.SLIPWAY_PUBLIC_URL}/${one}`);
    if (!environment) throw invalidToken('The session token is of another issuer.');
    return environment;
  }

  /**
   * @throws invalid_token, wrong_environment with the environment where the token would work, address_not_allowed with the address
   * that the call was seen to come from
   */
  async verify(environment: Environment, { headers, ip }: Presented): Promise<VerifiedToken> {
    const token = bearerOf(headers.authorization);
    if (!token) throw new SlipwayError('token_required', 'Send a session token: Authorization: Bearer …');
    const { seen } = this.knowledge[environment];
    const known = seen.get(token);
    const claims = known ?? (await this.verifyFirst(environment, token));
    if (!known) seen.set(token, claims);
    this.requireLive(environment, claims);
    requireAllowed(claims, ip);
    return claims;
  }

  /** Whether tokens of both environments can be verified: by keys that are known, against endings that are known. */
  isReady(): boolean {
    return environments.every(
      (environment) => this.knowledge[environment].keys.size > 0 && this.ended.isKnown(environment),
    );
  }

  /** Before it has expired, of a token that was verified: as far as this gateway has heard. */
  isEnded(environment: Environment, token: VerifiedToken): boolean {
    return this.ended.areEnded(environment, token);
  }

  private requireLive(environment: Environment, claims: VerifiedToken): void {
    if ((claims.exp + tokens.clockToleranceSeconds) * 1_000 <= this.clock.now()) throw expired();
    this.ended.requireLive(environment, claims);
  }

  private async verifyFirst(environment: Environment, token: string): Promise<VerifiedToken> {
    const { kid, issuer } = read(token);
    this.requireEnvironment(environment, issuer);
    if (!kid) throw malformed();
    await this.ended.known(environment);
    const key = await this.keyOf(environment, kid);
    if (!key) throw notGenuine();
    return this.verifySignature(token, key, issuer);
  }

  private async verifySignature(token: string, key: PublicKey, issuer: string): Promise<VerifiedToken> {
    try {
      const { payload } = await jwtVerify<VerifiedToken>(token, key, {
        algorithms: ['ES256'],
        issuer,
        audience: `${issuer}/api`,
        requiredClaims: ['client_id', 'exp', 'jti'],
        currentDate: this.clock.date(),
        clockTolerance: tokens.clockToleranceSeconds,
      });
      return payload;
    } catch (error) {
      if (error instanceof errors.JWTExpired) throw expired();
      throw error instanceof errors.JOSEError ? notGenuine() : error;
    }
  }

  /** B28: from the visible issuer, without any look-up. */
  private requireEnvironment(environment: Environment, issuer: string): void {
    const other = otherEnvironment(environment);
    if (issuer === `${this.config.SLIPWAY_PUBLIC_URL}/${other}`) {
      throw new SlipwayError('wrong_environment', `This session token belongs to the ${other} environment.`, {
        detail: { environment: other },
      });
    }
    if (issuer !== `${this.config.SLIPWAY_PUBLIC_URL}/${environment}`)
      throw invalidToken('The session token is of another issuer.');
  }

  private async keyOf(environment: Environment, kid: string): Promise<PublicKey | undefined> {
    const known = this.knowledge[environment];
    const mayRead = known.reading || this.clock.monotonic() - known.readAt > unknownKidCooldownMs;
    if (!known.keys.has(kid) && mayRead) await this.readKeys(environment);
    return known.keys.get(kid);
  }

  private readKeys(environment: Environment): Promise<void> {
    const known = this.knowledge[environment];
    known.reading ??= this.callForKeys(environment).finally(() => (known.reading = undefined));
    return known.reading;
  }

  private async callForKeys(environment: Environment): Promise<void> {
    const sentAt = this.clock.monotonic();
    const { keys } = await this.rpc.call(tokens.getPublicKeys, environment, {}, this.rpc.systemContext());
    const imported = keys.map(async (jwk) => [jwk.kid, await importJWK(jwk)] as const);
    Object.assign(this.knowledge[environment], { keys: new Map(await Promise.all(imported)), readAt: sentAt });
  }

  private async refresh(): Promise<void> {
    for (const environment of environments) {
      if (this.clock.monotonic() - this.knowledge[environment].readAt <= keySetMs) continue;
      try {
        await this.readKeys(environment);
      } catch (error) {
        this.logger.debug({ err: error, environment }, 'the public keys were not read');
      }
    }
  }
}

/** The key's own, as they were when the token was made. */
function requireAllowed({ allowed_addresses: allowed }: VerifiedToken, address: string): void {
  if (allowed && !isWithin(address, allowed))
    throw new SlipwayError('address_not_allowed', `This key may not be used from ${address}.`, { detail: { address } });
}

const bearerOf = (authorization: string | undefined): string | undefined =>
  /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];

/** By its form: three parts, where the session of a person has one. */
export const isSessionToken = (authorization: string | undefined): boolean =>
  bearerOf(authorization)?.split('.').length === 3;

/** What a token says of itself before anything is proven. The key is told only where the header is one of ours. */
function read(token: string): { issuer: string; kid?: string } {
  if (!signatureForm.test(token)) throw malformed();
  try {
    const { alg, typ, kid, crit } = decodeProtectedHeader(token);
    const { iss = '' } = decodeJwt(token);
    const isOurs = alg === 'ES256' && typ === 'at+jwt' && crit === undefined && typeof kid === 'string';
    return { issuer: iss, ...(isOurs && { kid }) };
  } catch {
    throw malformed();
  }
}

const invalidToken = (message: string) => new SlipwayError('invalid_token', message);
const malformed = () => invalidToken('This is no session token.');
const expired = () => invalidToken('The session token has expired.');
const notGenuine = () => invalidToken('The session token is not genuine.');
