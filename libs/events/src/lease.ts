import { randomUUID } from 'node:crypto';
import type { Client, Pool } from 'pg';
import type { Scope, Service } from '#libs/contracts';

/** How long a holder may be silent before another takes its place, unless told otherwise, seconds; by the database's clock alone. */
const leaseSeconds = 5;

/** What a holder has. Whoever takes over raises the epoch, and what an earlier holder still writes changes nothing. */
export interface Lease {
  scope: Scope;
  name: string;
  /** The fencing token. */
  epoch: string;
}

/**
 * One holder at a time for a piece of work: a row, not a session lock. It works through a transaction pooler, belongs to
 * its service alone, and a holder that is paused is replaced. What a holder writes names its epoch (`stillHeld`), so that
 * a paused one that wakes up cannot undo what its successor has done.
 */
export class Leases {
  /** This process, among the copies of its service. */
  private readonly holder = randomUUID();

  constructor(private readonly service: Service) {}

  /** Takes the lease if it is free, prolongs it if it is ours. Undefined: another holds it. */
  async acquire(client: Client, scope: Scope, name: string, seconds = leaseSeconds): Promise<Lease | undefined> {
    const { rows } = await client.query<{ epoch: string }>(
      `insert into ${this.service}.leases as l (scope, name, holder, epoch, expires_at)
       values ($1, $2, $3, 1, now() + make_interval(secs => $4))
       on conflict (scope, name) do update
         set holder = excluded.holder, expires_at = excluded.expires_at,
             epoch = case when l.holder = excluded.holder and l.expires_at > now() then l.epoch else l.epoch + 1 end
         where l.holder = excluded.holder or l.expires_at <= now()
       returning epoch`,
      [scope, name, this.holder, seconds],
    );
    return rows[0] && { scope, name, epoch: rows[0].epoch };
  }

  /** Whether another copy has it now. Writes nothing, so that many copies may look often. */
  async isAnothers(pool: Pool, scope: Scope, name: string): Promise<boolean> {
    const { rows } = await pool.query(
      `select from ${this.service}.leases where scope = $1 and name = $2 and holder <> $3 and expires_at > now()`,
      [scope, name, this.holder],
    );
    return rows.length > 0;
  }

  /** Gives it back, so that another need not wait until it has run out. */
  async release(client: Client, { scope, name, epoch }: Lease): Promise<void> {
    await client.query(
      `update ${this.service}.leases set expires_at = now() where scope = $1 and name = $2 and holder = $3 and epoch = $4`,
      [scope, name, this.holder, epoch],
    );
  }
}

/** For the `where` of what a holder writes: whether the lease is still this one. */
export const stillHeld = (service: Service, { scope, name, epoch }: Lease): string =>
  `exists (select from ${service}.leases l
           where l.scope = '${scope}' and l.name = '${name}' and l.epoch = ${Number(epoch)} and l.expires_at > now())`;
