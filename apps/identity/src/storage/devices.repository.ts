import { Injectable } from '@nestjs/common';
import type { Environment, PartnerId, PersonId, StaffId } from '#libs/contracts';
import { Database, type Tx } from '#libs/database';

interface PersonOfPartner {
  environment: Environment;
  partnerId: PartnerId;
  id: PersonId;
}
interface Member {
  id: StaffId;
}

/** A table of devices, and what says in it whose they are. */
interface Place {
  table: string;
  owner: Record<string, string>;
}

/**
 * How many are kept of those that were presented again, and of those that were not: a program that keeps no cookie is given
 * a new one each time it signs in, and is not to drive out the browsers.
 */
const keptOfEach = 10;

/** Whence people and staff have signed in before: a random text that their browser keeps. */
@Injectable()
export class Devices {
  constructor(private readonly database: Database) {}

  isPersons(environment: Environment, personId: string, tokenHash: Buffer): Promise<boolean> {
    return this.isKnown(environment, { table: 'devices', owner: { environment, person_id: personId } }, tokenHash);
  }

  isStaffs(staffId: string, tokenHash: Buffer): Promise<boolean> {
    return this.isKnown('shared', { table: 'staff_devices', owner: { staff_id: staffId } }, tokenHash);
  }

  /** In the transaction of a sign-in: known from now on, or for as long again. */
  async keepOfPerson(tx: Tx, { environment, partnerId, id }: PersonOfPartner, tokenHash: Buffer, until: Date) {
    const place = { table: 'devices', owner: { environment, person_id: id } };
    await keep(tx, place, { partner_id: partnerId }, tokenHash, until);
  }

  async keepOfStaff(tx: Tx, { id }: Member, tokenHash: Buffer, until: Date) {
    await keep(tx, { table: 'staff_devices', owner: { staff_id: id } }, {}, tokenHash, until);
  }

  private isKnown(scope: Environment | 'shared', { table, owner }: Place, tokenHash: Buffer): Promise<boolean> {
    const now = this.database.settings.clock.date();
    return this.database.reading(scope, async (manager) => {
      const rows = await manager.query<unknown[]>(
        `select from identity.${table} where ${whose(owner, 3)} and token_hash = $1 and expires_at > $2`,
        [tokenHash, now, ...Object.values(owner)],
      );
      return rows.length > 0;
    });
  }
}

async function keep(
  { manager, now }: Tx,
  { table, owner }: Place,
  beside: Record<string, string>,
  tokenHash: Buffer,
  until: Date,
): Promise<void> {
  const columns = { ...owner, ...beside };
  await manager.query(
    `insert into identity.${table} (token_hash, given_at, expires_at, ${Object.keys(columns).join(', ')})
     values ($1, $2, $3, ${Object.keys(columns)
       .map((_, index) => `$${index + 4}`)
       .join(', ')})
     on conflict (${Object.keys(owner).join(', ')}, token_hash)
       do update set returned_at = excluded.given_at, expires_at = excluded.expires_at`,
    [tokenHash, now, until, ...Object.values(columns)],
  );
  await manager.query(
    `delete from identity.${table} where ${whose(owner, 2)} and token_hash in (
       select token_hash from (
         select token_hash, expires_at <= $1 as expired, row_number() over (
           partition by returned_at is null order by coalesce(returned_at, given_at) desc, token_hash) as place
         from identity.${table} where ${whose(owner, 2)}) d
       where expired or place > ${keptOfEach})`,
    [now, ...Object.values(owner)],
  );
}

const whose = (owner: Record<string, string>, first: number): string =>
  Object.keys(owner)
    .map((column, index) => `${column} = $${index + first}`)
    .join(' and ');
