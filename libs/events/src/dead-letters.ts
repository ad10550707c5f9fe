import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Scope } from '#libs/contracts';
import { Database } from '#libs/database';

/** `put_off`: it is tried again by itself. `dead`: it was given up. */
export type LetterState = 'put_off' | 'dead';

export interface Letter {
  id: string;
  scope: Scope;
  state: LetterState;
  consumer: string;
  subject: string;
  event_id: string | null;
  reason: string;
  failed_at: Date;
  attempts: number | null;
  next_attempt_at: Date | null;
}

/** Which of them; all where nothing is named. */
export interface WhichLetters {
  id?: string;
  consumer?: string;
}

/** What a consumer of this service could not take: to be looked at, and to be tried again at once. */
@Injectable()
export class DeadLetters {
  constructor(private readonly database: Database) {}

  /** The newest first. */
  async list(scope: Scope, states: readonly LetterState[], limit: number): Promise<Letter[]> {
    const { service } = this.database;
    return this.database.reading(scope, (manager) =>
      manager.query<Letter[]>(
        `select * from (
           select id, scope, 'dead' as state, consumer, subject, event_id, reason, failed_at,
                  null::int as attempts, null::timestamptz as next_attempt_at
           from ${service}.dead_letters where scope = $1
           union all
           select id, scope, 'put_off', consumer, subject, event_id, reason, put_off_at, attempts, next_attempt_at
           from ${service}.put_off_events where scope = $1
         ) letters where state = any($2) order by id desc limit $3`,
        [scope, states, limit],
      ),
    );
  }

  /** How many there are that can be tried again: what is no event cannot. */
  async count(manager: EntityManager, scope: Scope, which: WhichLetters): Promise<number> {
    const { service } = this.database;
    const [{ letters }] = await manager.query<[{ letters: number }]>(
      `select ((select count(*) from ${service}.dead_letters where event_id is not null and ${named})
             + (select count(*) from ${service}.put_off_events where ${named}))::int as letters`,
      values(scope, which),
    );
    return letters;
  }

  /**
   * Has them tried again at once: a dead letter is put off anew, for as long as any other event, and counts as not yet
   * taken. One that takes it all the same, or has taken it, does so once. @returns how many
   */
  async redeliver(manager: EntityManager, scope: Scope, which: WhichLetters): Promise<number> {
    const { service } = this.database;
    const [{ letters }] = await manager.query<[{ letters: number }]>(
      `with raised as (
         delete from ${service}.dead_letters where event_id is not null and ${named} returning *
       ), forgotten as (
         delete from ${service}.consumed_events c using raised r
         where c.scope = r.scope and c.consumer = r.consumer and c.event_id = r.event_id
       ), anew as (
         insert into ${service}.put_off_events (scope, id, consumer, subject, event_id, payload, reason, next_attempt_at)
           select scope, id, consumer, subject, event_id, payload, reason, now() from raised
         on conflict (scope, consumer, event_id) do nothing
       ), hurried as (
         update ${service}.put_off_events set next_attempt_at = now() where ${named} returning id
       )
       select ((select count(*) from raised) + (select count(*) from hurried))::int as letters`,
      values(scope, which),
    );
    return letters;
  }
}

const named = 'scope = $1 and ($2::uuid is null or id = $2) and ($3::text is null or consumer = $3)';
const values = (scope: Scope, { id, consumer }: WhichLetters) => [scope, id ?? null, consumer ?? null];
