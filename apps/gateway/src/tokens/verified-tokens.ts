import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { decodeJwt, decodeProtectedHeader, errors, importJWK, jwtVerify } from 'jose';
import { LRUCache } from 'lru-cache';
import { environments, otherEnvironment, tokens, type Environment } from '#libs/contracts';
import { SlipwayError } from '#libs/errors';
import { Broadcasts } from '#libs/broker';
import { Clock } from '#libs/clock';
import { LOGGER, type Logger } from '#libs/observability';
import { RpcClient } from '#libs/rpc';
import { GatewayConfig } from '../config';

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
}

type PublicKey = Awaited<ReturnType<typeof importJWK>>;

/** What the gateway knows of one environment's tokens. */
interface Knowledge {
  /** Tokens whose signature has been verified. */
  seen: LRUCache<string, VerifiedToken>;
  keys: Map<string, PublicKey>;
  readAt: number;
  /** Under way: whoever needs a key meanwhile waits for the same answer. */
  reading?: Promise<void>;
  revocations: Map<string, tokens.Revocation>;
  /** Whether the list of revocations has been read: before, an ended token would look live. */
  listed: boolean;
}

const nothingKnown = (): Knowledge => ({
  seen: new LRUCache({ max: cached }),
  keys: new Map(),
  readAt: 0,
  revocations: new Map(),
  listed: false,
});

/**
 * Verifies session tokens on the spot: the signature once per token, expiry and the pushed "not before" revocations at
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
    private readonly broadcasts: Broadcasts,
    private readonly clock: Clock,
    @Inject(GatewayConfig) private readonly config: GatewayConfig,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    for (const environment of environments) {
      this.broadcasts.receive(tokens.revoked, environment, (revocation) => this.learn(environment, revocation));
    }
    this.timer = setInterval(() => void this.refresh(), refreshMs);
    void this.refresh();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  /** @throws invalid_token, or wrong_environment with the environment where the token would work */
  async verify(environment: Environment, authorization: string | undefined): Promise<VerifiedToken> {
    const token = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
    if (!token) throw new SlipwayError('token_required', 'Send a session token: Authorization: Bearer …');
    const { seen } = this.knowledge[environment];
    const known = seen.get(token);
    const claims = known ?? (await this.verifyFirst(environment, token));
    if (!known) seen.set(token, claims);
    this.requireLive(environment, claims);
    return claims;
  }

  private requireLive(environment: Environment, { exp, client_id, jti }: VerifiedToken): void {
    if (exp * 1_000 <= this.clock.now()) throw expired();
    const revocation = this.knowledge[environment].revocations.get(client_id);
    if (revocation && timeOf(jti) < revocation.notBefore) throw invalidToken('The session token has been ended.');
  }

  private async verifyFirst(environment: Environment, token: string): Promise<VerifiedToken> {
    const { kid, issuer } = read(token);
    this.requireEnvironment(environment, issuer);
    if (!kid) throw malformed();
    if (!this.knowledge[environment].listed) await this.readRevocations(environment);
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
    const mayRead = known.reading || this.clock.now() - known.readAt > unknownKidCooldownMs;
    if (!known.keys.has(kid) && mayRead) await this.readKeys(environment);
    return known.keys.get(kid);
  }

  private readKeys(environment: Environment): Promise<void> {
    const known = this.knowledge[environment];
    known.reading ??= this.callForKeys(environment).finally(() => (known.reading = undefined));
    return known.reading;
  }

  private async callForKeys(environment: Environment): Promise<void> {
    const sentAt = this.clock.now();
    const { keys } = await this.rpc.call(tokens.getPublicKeys, environment, {}, this.rpc.systemContext());
    const imported = keys.map(async (jwk) => [jwk.kid, await importJWK(jwk)] as const);
    Object.assign(this.knowledge[environment], { keys: new Map(await Promise.all(imported)), readAt: sentAt });
  }

  /** The list is the guarantee behind the push. */
  private async refresh(): Promise<void> {
    for (const environment of environments) {
      try {
        await this.readRevocations(environment);
        if (this.clock.now() - this.knowledge[environment].readAt > keySetMs) await this.readKeys(environment);
        this.forget(environment);
      } catch (error) {
        this.logger.debug({ err: error, environment }, 'what is known of tokens was not refreshed');
      }
    }
  }

  private async readRevocations(environment: Environment): Promise<void> {
    const context = this.rpc.systemContext(undefined, refreshMs);
    const { items } = await this.rpc.call(tokens.listRevocations, environment, {}, context);
    for (const revocation of items) this.learn(environment, revocation);
    this.knowledge[environment].listed = true;
  }

  private learn(environment: Environment, revocation: tokens.Revocation): void {
    const { revocations } = this.knowledge[environment];
    const known = revocations.get(revocation.applicationId);
    if (!known || known.notBefore < revocation.notBefore) revocations.set(revocation.applicationId, revocation);
  }

  private forget(environment: Environment): void {
    const { revocations } = this.knowledge[environment];
    for (const [applicationId, { until }] of revocations)
      if (until < this.clock.now()) revocations.delete(applicationId);
  }
}

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

/** Milliseconds since 1970 of a UUIDv7 (RFC 9562 5.7). */
const timeOf = (uuid: string): number => Number.parseInt(uuid.slice(0, 8) + uuid.slice(9, 13), 16);

const invalidToken = (message: string) => new SlipwayError('invalid_token', message);
const malformed = () => invalidToken('This is no session token.');
const expired = () => invalidToken('The session token has expired.');
const notGenuine = () => invalidToken('The session token is not genuine.');
