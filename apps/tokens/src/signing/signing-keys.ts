import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { Inject, Injectable, type OnApplicationBootstrap, type BeforeApplicationShutdown } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { v7 } from 'uuid';
import { purposeKey, seal, SERVICE_KEY, unseal } from '#libs/crypto';
import { environments, tokens, type Environment } from '#libs/contracts';
import { Clock } from '#libs/clock';
import { Database, recordAct, type Tx } from '#libs/database';
import { unavailable } from '#libs/errors';
import { LOGGER, type Logger } from '#libs/observability';
import { newTraceId } from '#libs/rpc';
import { TokensConfig } from '../config';
import type { SessionTokenClaims } from '../domain/claims';
import { needsSuccessor, outlived, signingKeyAt, type KeyTimes } from '../domain/rotation';

const refreshMs = tokens.signingKeysLookSeconds * 1_000;
const dayMs = 86_400_000;

interface SigningKey extends KeyTimes {
  publicKey: tokens.PublicKey;
  /** With this key, and what stands in the header of every token it signs. */
  jwt: JwtService;
}

interface Row {
  kid: string;
  public_key: tokens.PublicKey;
  private_key: Buffer;
  created_at: Date;
  active_from: Date;
}

/**
 * The signing keys of each environment: ES256, sealed at rest, shared by all copies through the database, each
 * published for a while before it signs and kept as long as a token of it may live.
 */
@Injectable()
export class SigningKeys implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly keys: Record<Environment, SigningKey[]> = { sandbox: [], production: [] };
  private readonly sealingKey: Buffer;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    @Inject(TokensConfig) private readonly config: TokensConfig,
    @Inject(SERVICE_KEY) serviceKey: string,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.sealingKey = purposeKey(serviceKey, 'signing-keys');
  }

  async onApplicationBootstrap(): Promise<void> {
    for (const environment of environments) await this.refresh(environment);
    this.timer = setInterval(() => void this.refreshAll(), refreshMs);
  }

  beforeApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  publicKeys(environment: Environment): tokens.PublicKey[] {
    return this.keys[environment].map(({ publicKey }) => publicKey);
  }

  /** A compact JWS, made in one synchronous step. @throws unavailable while there is no key yet */
  sign(environment: Environment, claims: SessionTokenClaims): string {
    const key = signingKeyAt(this.keys[environment], this.clock.now());
    if (!key) throw unavailable(new Error(`no signing key for ${environment}`));
    return key.jwt.sign(claims);
  }

  /** Takes over what all copies share. */
  async refresh(environment: Environment): Promise<void> {
    const traceId = newTraceId();
    this.keys[environment] = await this.database.transaction(environment, traceId, async (tx) => {
      const now = this.clock.now();
      let keys = await this.read(tx, environment);
      if (this.lacksSuccessor(keys, now)) keys = await this.succeed(tx, environment, now, traceId);
      const livesMs = (this.config.SLIPWAY_TOKEN_SECONDS_MAX + tokens.clockToleranceSeconds) * 1_000;
      const gone = outlived(keys, now, livesMs);
      for (const { kid } of gone) {
        await tx.manager.query('delete from tokens.signing_keys where environment = $1 and kid = $2', [
          environment,
          kid,
        ]);
      }
      return keys.filter((key) => !gone.includes(key));
    });
  }

  /** One copy at a time makes a successor; the others find what it has made. */
  private async succeed(tx: Tx, environment: Environment, now: number, traceId: string): Promise<SigningKey[]> {
    await tx.manager.query('lock table tokens.signing_keys in share row exclusive mode');
    const keys = await this.read(tx, environment);
    if (!this.lacksSuccessor(keys, now)) return keys;
    const leadMs = keys.length === 0 ? 0 : this.config.SLIPWAY_SIGNING_KEY_LEAD_SECONDS * 1_000;
    const kid = await this.create(tx, environment, { createdAt: new Date(now), activeFrom: new Date(now + leadMs) });
    const by = { kind: 'system' as const, id: null };
    await recordAct(tx, { by, action: 'tokens.make-signing-key', targets: { kid }, traceId });
    return this.read(tx, environment);
  }

  private lacksSuccessor(keys: SigningKey[], now: number): boolean {
    return needsSuccessor(keys, now, this.config.SLIPWAY_SIGNING_KEY_DAYS * dayMs);
  }

  private async refreshAll(): Promise<void> {
    for (const environment of environments) {
      await this.refresh(environment).catch((error: unknown) =>
        this.logger.warn({ err: error, environment }, 'signing keys not refreshed'),
      );
    }
  }

  private async read(tx: Tx, environment: Environment): Promise<SigningKey[]> {
    const rows = await tx.manager.query<Row[]>(
      'select kid, public_key, private_key, created_at, active_from from tokens.signing_keys where environment = $1 order by active_from',
      [environment],
    );
    return rows.map((row) => ({
      kid: row.kid,
      createdAt: row.created_at,
      activeFrom: row.active_from,
      publicKey: row.public_key,
      jwt: this.signerOf(row.kid, unseal(this.sealingKey, `${environment} ${row.kid}`, row.private_key)),
    }));
  }

  /** `typ` as RFC 9068, 2.1 wants it. */
  private signerOf(kid: string, pkcs8: Buffer): JwtService {
    const privateKey = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' });
    return new JwtService({
      privateKey,
      signOptions: { algorithm: 'ES256', header: { alg: 'ES256', typ: 'at+jwt', kid } },
    });
  }

  private async create(tx: Tx, environment: Environment, times: Omit<KeyTimes, 'kid'>): Promise<string> {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const kid = `${environment}-${v7()}`;
    const sealed = seal(this.sealingKey, `${environment} ${kid}`, privateKey.export({ format: 'der', type: 'pkcs8' }));
    await tx.manager.query(
      `insert into tokens.signing_keys (environment, kid, public_key, private_key, created_at, active_from)
       values ($1, $2, $3, $4, $5, $6)`,
      [
        environment,
        kid,
        { ...publicKey.export({ format: 'jwk' }), kid, use: 'sig', alg: 'ES256' },
        sealed,
        times.createdAt,
        times.activeFrom,
      ],
    );
    return kid;
  }
}
