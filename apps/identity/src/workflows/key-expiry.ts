import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { IsNull } from 'typeorm';
import { environments, identity, type Actor, type Environment, type KeyId, type PartnerId } from '#libs/contracts';
import { Database, recordAct, type Tx } from '#libs/database';
import { fail, invalid } from '#libs/errors';
import { Stalls, Worker, type AttemptResult, type Work } from '#libs/events';
import { newTraceId } from '#libs/rpc';
import { chosenExpiry, dueDays, hasExpired, nextDays, noticeAt } from '../domain/key-expiry';
import { Accounts } from '../storage/accounts.repository';
import { AccessKey } from '../storage/entities';
import { findExpiry, forgetExpiry, setNextDays, type KeyExpiry as Expiry } from '../storage/key-expiries.repository';
import { keyEventData } from '../views/key.view';
import { LiveTokens } from './live-tokens';

const slipway: Actor = { kind: 'system', id: null, displayName: 'Slipway' };
const retryDelayMs = (attempts: number): number => Math.min(1_000 * 2 ** attempts, 3_600_000);

/** @throws identity.key_expired */
export function requireNotExpired(key: AccessKey, now: Date): void {
  if (hasExpired(key, now)) fail('identity.key_expired', 'This key has expired. Regenerate it, or make another.');
}

/** What the owner has chosen. @throws invalid_request */
export function requireExpiry(
  wanted: string | null | undefined,
  planExpiresAt: Date | null,
  now: Date,
): AccessKey['expiresAt'] {
  const chosen = chosenExpiry(wanted, planExpiresAt, now);
  if ('fault' in chosen) throw invalid([{ pointer: '/expiresAt', detail: chosen.fault }]);
  return chosen.expiresAt;
}

interface ExpiryWork extends Work {
  id: KeyId;
  partner_id: PartnerId;
}

/**
 * Tells that a key expires soon, and that it has. A row for each key that expires says what is to be told next, and is written in the
 * transaction that tells: so each is told once, whatever copy does it and whenever it is started again. That the key gets no token
 * waits for none of this: whoever reads the key compares.
 */
@Injectable()
export class KeyExpiry implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly workers: Record<Environment, Worker<ExpiryWork>>;

  constructor(
    private readonly database: Database,
    private readonly accounts: Accounts,
    private readonly liveTokens: LiveTokens,
    private readonly stalls: Stalls,
  ) {
    this.workers = { sandbox: this.workerOf('sandbox'), production: this.workerOf('production') };
  }

  onApplicationBootstrap(): void {
    for (const environment of environments) this.workers[environment].start();
  }

  /** Before the database is closed. */
  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all(environments.map((environment) => this.workers[environment].stop()));
  }

  private workerOf(environment: Environment): Worker<ExpiryWork> {
    return new Worker(this.database, this.stalls, {
      table: 'key_expiries',
      scope: environment,
      concurrency: 2,
      leaseSeconds: 60,
      attempt: (row) => this.attempt(environment, row),
      retryDelayMs,
    });
  }

  private async attempt(environment: Environment, work: ExpiryWork): Promise<AttemptResult> {
    const traceId = newTraceId();
    const { nextAt, hasEndedTokens } = await this.database.transaction(environment, traceId, (tx) =>
      this.takeStep(tx, environment, work, traceId),
    );
    if (hasEndedTokens) await this.liveTokens.announce(environment);
    return nextAt ? { done: false, retryAfterMs: Math.max(0, nextAt.inMs) } : { done: true };
  }

  private async takeStep(tx: Tx, environment: Environment, { id, partner_id: partnerId }: ExpiryWork, traceId: string) {
    await this.accounts.lock(tx.manager, environment, partnerId);
    const expiry = await findExpiry(tx.manager, environment, id);
    const key = await tx.manager.findOneBy(AccessKey, { environment, id, deletedAt: IsNull() });
    if (!expiry || !key) {
      // Deleted by a copy that knows of no expiry.
      await tx.manager.query('delete from identity.key_expiries where environment = $1 and id = $2', [environment, id]);
      return {};
    }
    const days = dueDays(expiry.expiresAt, expiry.nextDays, tx.now);
    if (days !== undefined) await this.record(tx, key, traceId);
    if (days === 0) return { hasEndedTokens: await this.expire(tx, key, expiry) };
    if (days !== undefined) await this.remind(tx, key, expiry, days);
    const next = days === undefined ? expiry.nextDays : nextDays(expiry.expiresAt, tx.now);
    return { nextAt: { inMs: noticeAt(expiry.expiresAt, next).getTime() - tx.now.getTime() } };
  }

  private record(tx: Tx, key: AccessKey, traceId: string): Promise<void> {
    const { partnerId, accountId, subscriptionId, id: keyId } = key;
    const targets = { partnerId, accountId, subscriptionId, keyId };
    return recordAct(tx, { by: { kind: 'system', id: null }, action: 'identity.expire-key', targets, traceId });
  }

  private async remind(tx: Tx, key: AccessKey, { expiresAt }: Expiry, daysLeft: number): Promise<void> {
    await setNextDays(tx.manager, key.environment, key.id, nextDays(expiresAt, tx.now));
    await tx.publishEvent(
      identity.keyExpiring,
      { id: key.id, version: await raiseVersion(tx, key) },
      { ...keyEventData(key), expiresAt: expiresAt.toISOString(), daysLeft, by: slipway },
    );
  }

  /** @returns whether tokens were ended that were made when it was to expire later */
  private async expire(tx: Tx, key: AccessKey, { expiresAt, endsTokens }: Expiry): Promise<boolean> {
    await forgetExpiry(tx, key);
    await tx.publishEvent(
      identity.keyExpired,
      { id: key.id, version: await raiseVersion(tx, key) },
      { ...keyEventData(key), expiresAt: expiresAt.toISOString(), by: slipway },
    );
    if (endsTokens) await this.liveTokens.revokeOf(tx, key, key.applicationId);
    return endsTokens;
  }
}

/** What is told of a key counts its versions, whether or not anything else of it has changed. */
async function raiseVersion({ manager }: Tx, { environment, id, version }: AccessKey): Promise<number> {
  await manager.update(AccessKey, { environment, id }, { version: version + 1 });
  return version + 1;
}
