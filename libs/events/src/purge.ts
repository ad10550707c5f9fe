import { Inject, Injectable } from '@nestjs/common';
import type { Client } from 'pg';
import { Latch } from '#libs/clock';
import type { Scope } from '#libs/contracts';
import { Database, isAnyOver, purgeStatement, type Retention } from '#libs/database';
import { LOGGER, type Logger } from '#libs/observability';
import { KeptEvents } from './kept-events';
import { Leases, stillHeld, type Lease } from './lease';

/** Where all that goes by its age is injected: of every service, and of this one. */
export const RETENTION = Symbol('Retention');

/** Rows in one statement: none takes long, however much there is. */
export const purgedAtOnce = 1_000;
/** After a full one, so that what has become many does not keep the disk from everybody else. */
const pauseMs = 20;
const leaseName = 'purge';
/** Longer than from one look to the next: the copy that has it keeps it, and another takes it when that one is gone. */
const leaseSeconds = 60;

/** Removes what is older than it is kept (docs/adr/0032), one copy at a time in each scope, beside everything else. */
@Injectable()
export class Purge {
  private readonly leases: Leases;

  constructor(
    private readonly database: Database,
    @Inject(RETENTION) private readonly rules: readonly Retention[],
    private readonly keptEvents: KeptEvents,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.leases = new Leases(database.service);
  }

  /** Unless another copy does it. Under the scope's own role, and with a connection that nobody waits for. */
  async inScope(scope: Scope, stopping = new Latch()): Promise<void> {
    if (await this.leases.isAnothers(this.database.pool(scope), scope, leaseName)) return;
    const client = this.database.client(scope);
    try {
      await client.connect();
      const lease = await this.leases.acquire(client, scope, leaseName, leaseSeconds);
      if (lease) await this.purgeAll(client, lease, stopping);
      if (lease && stopping.raised) await this.leases.release(client, lease);
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  /** One table that cannot be purged keeps no other from it. @throws the first fault */
  private async purgeAll(client: Client, lease: Lease, stopping: Latch): Promise<void> {
    const faults: unknown[] = [];
    for (const rule of this.rules.filter(({ scopes }) => scopes.includes(lease.scope))) {
      if (stopping.raised) return;
      await this.purge(client, lease, rule, stopping).catch((error: unknown) => faults.push(error));
    }
    if (faults.length > 0) throw faults[0];
  }

  private async purge(client: Client, lease: Lease, rule: Retention, stopping: Latch): Promise<void> {
    const { service } = this.database;
    const { table, keptSeconds } = rule;
    const keptFrom = await this.keptFrom(client, lease, rule);
    const text = `${purgeStatement(service, rule, lease.scope)} and ${stillHeld(service, lease)}`;
    let rows = 0;
    for (;;) {
      const { rowCount } = await client.query(text, [keptSeconds, keptFrom, purgedAtOnce]);
      rows += rowCount ?? 0;
      if (rowCount !== purgedAtOnce || stopping.raised || !(await this.isProlonged(client, lease))) break;
      await stopping.within(pauseMs);
    }
    if (rows > 0) this.logger.info({ scope: lease.scope, table, rows }, 'purged what was old');
  }

  /** Publishers are called only where there is something to forget. */
  private async keptFrom(client: Client, { scope }: Lease, rule: Retention): Promise<Date | 'infinity'> {
    if (!rule.withItsEvent) return 'infinity';
    const { rows } = await client.query<{ is_any: boolean }>(isAnyOver(this.database.service, rule, scope), [
      rule.keptSeconds,
      'infinity',
    ]);
    return (rows[0]?.is_any && (await this.keptEvents.oldestInto(scope))) || 'infinity';
  }

  /** Another epoch is another lease. */
  private async isProlonged(client: Client, lease: Lease): Promise<boolean> {
    const now = await this.leases.acquire(client, lease.scope, lease.name, leaseSeconds);
    return now?.epoch === lease.epoch;
  }
}
