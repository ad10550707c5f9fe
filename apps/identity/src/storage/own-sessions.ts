import type { EntityManager } from 'typeorm';
import type { AccountId, Environment, PartnerId, PersonId, SessionId, StaffId } from '#libs/contracts';

/** A session as it stands in either table. */
export interface SessionRow {
  id: SessionId;
  address: string | null;
  user_agent: string | null;
  created_at: Date;
  last_used_at: Date;
  expires_at: Date;
}

/** What a session is when it begins. */
export interface NewSession {
  id: SessionId;
  tokenHash: Buffer;
  address: string | null;
  userAgent: string | null;
  now: Date;
  expiresAt: Date;
}

/** Sessions that are live at this moment: neither over nor unused for too long. */
export interface Live {
  now: Date;
  /** Unused since then, a session has ended. */
  idleSince: Date;
}

interface Whose {
  environment: Environment;
  personId: PersonId;
  accountId: AccountId;
  partnerId: PartnerId;
}

/** One person's sessions, of a partner or of the staff: each statement is about theirs alone. */
export class OwnSessions {
  private constructor(
    private readonly table: string,
    /** The columns that say whose they are. */
    private readonly owner: Record<string, string>,
    /** What else a row says of them. */
    private readonly place: Record<string, string> = {},
  ) {}

  static ofPerson({ environment, personId, accountId, partnerId }: Whose): OwnSessions {
    const place = { account_id: accountId, partner_id: partnerId };
    return new OwnSessions('identity.sessions', { environment, person_id: personId }, place);
  }

  static ofStaff(staffId: StaffId): OwnSessions {
    return new OwnSessions('identity.staff_sessions', { staff_id: staffId });
  }

  async insert(manager: EntityManager, session: NewSession): Promise<void> {
    const row = {
      ...this.owner,
      ...this.place,
      id: session.id,
      token_hash: session.tokenHash,
      address: session.address,
      user_agent: session.userAgent,
      created_at: session.now,
      last_used_at: session.now,
      signed_in_at: session.now,
      expires_at: session.expiresAt,
    };
    const places = Object.keys(row).map((_, at) => `$${at + 1}`);
    await manager.query(
      `insert into ${this.table} (${Object.keys(row).join(', ')}) values (${places.join(', ')})`,
      Object.values(row),
    );
  }

  /** Newest first; one more than `limit` where there is a next page. */
  list(manager: EntityManager, live: Live, limit: number, after: string | null): Promise<SessionRow[]> {
    const [now, idleSince, cursor, most] = this.next(4);
    return manager.query<SessionRow[]>(
      `select id, address, user_agent, created_at, last_used_at, expires_at from ${this.table}
       where ${this.own} and expires_at > ${now} and last_used_at > ${idleSince} and (${cursor}::uuid is null or id < ${cursor})
       order by id desc limit ${most}`,
      [...this.values, live.now, live.idleSince, after, limit + 1],
    );
  }

  /** @returns whether there was such a one */
  async end(manager: EntityManager, id: SessionId): Promise<boolean> {
    return (await this.delete(manager, `id = ${this.next(1)[0]}`, [id])) > 0;
  }

  /** @returns how many there were */
  endOthers(manager: EntityManager, current: SessionId): Promise<number> {
    return this.delete(manager, `id <> ${this.next(1)[0]}`, [current]);
  }

  endAll(manager: EntityManager): Promise<number> {
    return this.delete(manager, 'true', []);
  }

  /** Clears away those that are no longer live, and of the others those unused for longest, above so many. */
  async keepLatest(manager: EntityManager, live: Live, count: number): Promise<void> {
    const [now, idleSince] = this.next(2);
    await this.delete(manager, `(expires_at <= ${now} or last_used_at <= ${idleSince})`, [live.now, live.idleSince]);
    await this.delete(
      manager,
      `id in (select id from ${this.table} where ${this.own}
              order by last_used_at desc, created_at desc, id desc offset ${this.next(1)[0]})`,
      [count],
    );
  }

  /** Locked, so that attempts in one session take turns. @returns how many were wrong, or undefined where it has ended */
  async lock(manager: EntityManager, id: SessionId): Promise<{ wrongAttempts: number } | undefined> {
    const [row] = await manager.query<{ wrong_attempts: number }[]>(
      `select wrong_attempts from ${this.table} where ${this.own} and id = ${this.next(1)[0]} for update`,
      [...this.values, id],
    );
    return row && { wrongAttempts: row.wrong_attempts };
  }

  async setWrongAttempts(manager: EntityManager, id: SessionId, count: number): Promise<void> {
    const [session, attempts] = this.next(2);
    await manager.query(`update ${this.table} set wrong_attempts = ${attempts} where ${this.own} and id = ${session}`, [
      ...this.values,
      id,
      count,
    ]);
  }

  /** Whoever it is has proved again who they are. */
  async renewSignIn(manager: EntityManager, id: SessionId, now: Date): Promise<void> {
    const [session, time] = this.next(2);
    await manager.query(`update ${this.table} set signed_in_at = ${time} where ${this.own} and id = ${session}`, [
      ...this.values,
      id,
      now,
    ]);
  }

  private async delete(manager: EntityManager, condition: string, values: unknown[]): Promise<number> {
    const [, count] = await manager.query<[unknown[], number]>(
      `delete from ${this.table} where ${this.own} and ${condition}`,
      [...this.values, ...values],
    );
    return count;
  }

  private get own(): string {
    return Object.keys(this.owner)
      .map((column, at) => `${column} = $${at + 1}`)
      .join(' and ');
  }

  private get values(): string[] {
    return Object.values(this.owner);
  }

  /** The parameters that come after those which say whose. */
  private next(count: number): string[] {
    return Array.from({ length: count }, (_, at) => `$${this.values.length + at + 1}`);
  }
}
