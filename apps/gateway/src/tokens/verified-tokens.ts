import { createPublicKey, verify, type KeyObject } from 'node:crypto';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { environments, otherEnvironment, tokens, type Environment } from '#libs/contracts';
import { SlipwayError } from '#libs/errors';
import { Connections, LOGGER, ownCall, QuestionClient } from '#libs/messaging';
import type { Logger } from '#libs/observability';
import { config } from '../config';

const cached = 10_000;
const refreshMs = 1_000;
const keySetMs = 60_000;
const unknownKidCooldownMs = 1_000;
/** 64 bytes, base64url: Node would read more forms of the same, each a token of its own to the cache. */
const signatureForm = /^[\w-]{86}$/;

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

interface Header {
  alg?: unknown;
  typ?: unknown;
  kid?: unknown;
  crit?: unknown;
}

/** What the gateway knows of one environment's tokens. */
interface Knowledge {
  keys: Map<string, KeyObject>;
  readAt: number;
  floors: Map<string, tokens.Revocation>;
  /** Whether the list of floors has been read: before, an ended token would look live. */
  listed: boolean;
}

/**
 * Verifies session tokens on the spot: the signature once per token, expiry and the pushed "not before" floors at
 * every use. No service is asked on the way, so the data plane goes on while they restart.
 */
@Injectable()
export class VerifiedTokens implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly seen = new LRUCache<string, VerifiedToken>({ max: cached });
  private readonly knowledge: Record<Environment, Knowledge> = {
    sandbox: { keys: new Map(), readAt: 0, floors: new Map(), listed: false },
    production: { keys: new Map(), readAt: 0, floors: new Map(), listed: false },
  };
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly questions: QuestionClient,
    private readonly connections: Connections,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    for (const environment of environments) {
      this.connections.evenWhileAway(environment).subscribe(tokens.revocationSubject(environment), {
        callback: (_error, message) => this.learn(environment, tokens.revocation.parse(message.json())),
      });
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
    if (!this.knowledge[environment].listed) await this.readFloors(environment);
    const known = this.seen.get(`${environment} ${token}`);
    const claims = known ?? (await this.verifySignature(environment, token));
    if (!known) this.seen.set(`${environment} ${token}`, claims);
    this.requireLive(environment, claims);
    return claims;
  }

  private requireLive(environment: Environment, { exp, client_id, jti }: VerifiedToken): void {
    if (exp * 1_000 <= Date.now()) throw invalidToken('The session token has expired.');
    const floor = this.knowledge[environment].floors.get(client_id);
    if (floor && timeOf(jti) < floor.notBefore) throw invalidToken('The session token has been ended.');
  }

  private async verifySignature(environment: Environment, token: string): Promise<VerifiedToken> {
    const [header, payload, signature, more] = token.split('.');
    if (!header || !payload || !signatureForm.test(signature ?? '') || more !== undefined)
      throw invalidToken('This is no session token.');
    const { alg, typ, kid, crit } = decode<Header>(header);
    const claims = decode<VerifiedToken>(payload);
    requireEnvironment(environment, claims);
    if (alg !== 'ES256' || typ !== 'at+jwt' || typeof kid !== 'string' || crit !== undefined)
      throw invalidToken('This is no session token.');
    const key = await this.keyOf(environment, kid);
    const genuine =
      key &&
      verify(
        'sha256',
        Buffer.from(`${header}.${payload}`),
        { key, dsaEncoding: 'ieee-p1363' },
        Buffer.from(signature ?? '', 'base64url'),
      );
    if (!genuine || claims.aud !== `${claims.iss}/api`) throw invalidToken('The session token is not genuine.');
    return claims;
  }

  private async keyOf(environment: Environment, kid: string): Promise<KeyObject | undefined> {
    const known = this.knowledge[environment];
    if (!known.keys.has(kid) && Date.now() - known.readAt > unknownKidCooldownMs) await this.readKeys(environment);
    return known.keys.get(kid);
  }

  private async readKeys(environment: Environment): Promise<void> {
    const known = this.knowledge[environment];
    known.readAt = Date.now();
    const { keys } = await this.questions.ask(tokens.getPublicKeys, environment, {}, ownCall('gateway'));
    known.keys = new Map(keys.map((jwk) => [jwk.kid, createPublicKey({ key: { ...jwk }, format: 'jwk' })]));
  }

  /** The list is the guarantee behind the push. */
  private async refresh(): Promise<void> {
    for (const environment of environments) {
      try {
        await this.readFloors(environment);
        if (Date.now() - this.knowledge[environment].readAt > keySetMs) await this.readKeys(environment);
        this.forget(environment);
      } catch (error) {
        this.logger.debug({ err: error, environment }, 'what is known of tokens was not refreshed');
      }
    }
  }

  private async readFloors(environment: Environment): Promise<void> {
    const call = ownCall('gateway', undefined, refreshMs);
    const { items } = await this.questions.ask(tokens.listRevocations, environment, {}, call);
    for (const revocation of items) this.learn(environment, revocation);
    this.knowledge[environment].listed = true;
  }

  private learn(environment: Environment, revocation: tokens.Revocation): void {
    const { floors } = this.knowledge[environment];
    const known = floors.get(revocation.applicationId);
    if (!known || known.notBefore < revocation.notBefore) floors.set(revocation.applicationId, revocation);
  }

  private forget(environment: Environment): void {
    const { floors } = this.knowledge[environment];
    for (const [applicationId, { until }] of floors) if (until < Date.now()) floors.delete(applicationId);
  }
}

/** B28: from the visible issuer, without any look-up. */
function requireEnvironment(environment: Environment, { iss }: VerifiedToken): void {
  const other = otherEnvironment(environment);
  if (iss === `${config.SLIPWAY_PUBLIC_URL}/${other}`) {
    throw new SlipwayError('wrong_environment', `This session token belongs to the ${other} environment.`, {
      detail: { environment: other },
    });
  }
  if (iss !== `${config.SLIPWAY_PUBLIC_URL}/${environment}`)
    throw invalidToken('The session token is of another issuer.');
}

function decode<Shape>(part: string): Shape {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString());
    if (typeof value === 'object' && value !== null) return value as Shape;
  } catch {
    // Falls through: it is no JSON.
  }
  throw invalidToken('This is no session token.');
}

/** Milliseconds since 1970 of a UUIDv7 (RFC 9562 5.7). */
const timeOf = (uuid: string): number => Number.parseInt(uuid.slice(0, 8) + uuid.slice(9, 13), 16);

const invalidToken = (message: string) => new SlipwayError('invalid_token', message);
