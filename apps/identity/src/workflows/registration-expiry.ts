import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { Clock } from '#libs/clock';
import { environments, identity, type Actor, type Environment, type PartnerId } from '#libs/contracts';
import { Database, recordAct, type Tx } from '#libs/database';
import { fail } from '#libs/errors';
import { Stalls, Worker, type AttemptResult, type Work } from '#libs/events';
import { newTraceId } from '#libs/rpc';
import { Account, AccountRequest, Domain, Person, Registration } from '../storage/entities';
import { Registrations } from '../storage/registrations.repository';

const slipway: Actor = { kind: 'system', id: null, displayName: 'Slipway' };
const bySlipway = { by: { kind: 'system', id: null }, action: 'identity.expire-registration' } as const;
const retryDelayMs = (attempts: number): number => Math.min(1_000 * 2 ** attempts, 3_600_000);

const failure = 'The registration has expired.';

/**
 * A registration that nobody has confirmed ends (docs/adr/0020): its accounts are closed in both environments, then its
 * domain is free. Each step may be taken twice, where a copy dies in the middle.
 */
@Injectable()
export class RegistrationExpiry implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly worker: Worker<Work>;

  constructor(
    private readonly database: Database,
    private readonly registrations: Registrations,
    private readonly clock: Clock,
    stalls: Stalls,
  ) {
    this.worker = new Worker(database, stalls, {
      table: 'registrations',
      scope: 'shared',
      concurrency: 2,
      leaseSeconds: 60,
      attempt: (row) => this.attempt(row),
      retryDelayMs,
    });
  }

  /** @throws identity.registration_expired */
  static requireNotExpired({ expiredAt }: Registration): void {
    if (expiredAt) fail('identity.registration_expired', 'This registration has expired.');
  }

  onApplicationBootstrap(): void {
    this.worker.start();
  }

  /** Before the database is closed. */
  beforeApplicationShutdown(): Promise<void> {
    return this.worker.stop();
  }

  /** From here on nothing confirms it any more; the worker does the rest. */
  async begin(tx: Tx, registration: Registration, by: Actor): Promise<void> {
    if (registration.expiredAt) return;
    const { id, partnerId, domain } = registration;
    await tx.manager.update(Registration, { id }, { expiredAt: tx.now, nextAttemptAt: tx.now });
    await tx.publishEvent(identity.registrationExpired, { id: partnerId, version: 1 }, { partnerId, by, domain });
  }

  /** Something has begun, and was committed. */
  goOn(): void {
    this.worker.wake();
  }

  /** Warns, or ends it, whichever is due. */
  private async attempt({ id }: Work): Promise<AttemptResult> {
    const traceId = newTraceId();
    const { partnerId, expiredAt, confirmedAt, expiresAt } = await this.database.transaction('shared', traceId, (tx) =>
      this.takeStep(tx, id, traceId),
    );
    if (confirmedAt) return { done: true };
    if (!expiredAt) return { done: false, retryAfterMs: Math.max(0, expiresAt.getTime() - this.clock.now()) };
    await this.finish(partnerId, traceId);
    return { done: true };
  }

  private async takeStep(tx: Tx, id: string, traceId: string): Promise<Registration> {
    const registration = await this.registrations.lockById(tx.manager, id);
    if (registration.confirmedAt || registration.expiredAt) return registration;
    if (registration.expiresAt <= tx.now) await this.begin(tx, registration, slipway);
    else if (!registration.warnedAt) await this.warn(tx, registration);
    else return registration;
    await recordAct(tx, { ...bySlipway, targets: { partnerId: registration.partnerId }, traceId });
    return this.registrations.lockById(tx.manager, id);
  }

  private async warn(tx: Tx, { id, partnerId, domain, expiresAt }: Registration): Promise<void> {
    await tx.manager.update(Registration, { id }, { warnedAt: tx.now });
    await tx.publishEvent(
      identity.registrationExpiring,
      { id: partnerId, version: 1 },
      { partnerId, by: slipway, domain, expiresAt: expiresAt.toISOString() },
    );
  }

  /** The domain last: while an account has it, nobody else's could be opened. */
  private async finish(partnerId: PartnerId, traceId: string): Promise<void> {
    const accounts = await this.database.reading('shared', (manager) => manager.findBy(Domain, { partnerId }));
    for (const environment of environments) {
      const account = accounts.find((each) => each.environment === environment);
      if (account) await this.closeAccount(environment, account, traceId);
    }
    await this.database.transaction('shared', traceId, async (tx) => {
      const { manager } = tx;
      await manager.update(AccountRequest, { partnerId }, { state: 'failed', failure, passwordHash: null });
      await manager.update(Registration, { partnerId }, { nextAttemptAt: null });
      const { affected } = await manager.delete(Domain, { partnerId });
      if (affected) await recordAct(tx, { ...bySlipway, targets: { partnerId }, traceId });
    });
  }

  /**
   * Nobody is in it any more, and it has no domain that anybody could sign in to. Where it was never opened its row is made,
   * so that a request that is still under way opens none.
   */
  private async closeAccount(
    environment: Environment,
    { partnerId, accountId }: Domain,
    traceId: string,
  ): Promise<void> {
    await this.database.transaction(environment, traceId, async (tx) => {
      const domain = `closed-${accountId}.invalid`;
      const closed = await tx.manager.query<unknown[]>(
        `insert into identity.accounts as a (environment, id, partner_id, domain, state)
         values ($1, $2, $3, $4, 'awaiting_setup')
         on conflict (environment, id) do update
           set domain = excluded.domain, api_access = false, version = a.version + 1 where a.domain <> excluded.domain
         returning id`,
        [environment, accountId, partnerId, domain] satisfies [Environment, Account['id'], PartnerId, string],
      );
      if (closed.length === 0) return;
      await tx.manager.delete(Person, { environment, accountId });
      await recordAct(tx, { ...bySlipway, targets: { partnerId, accountId }, traceId });
    });
  }
}
