import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type {
  CloudEvent,
  Environment,
  EventId,
  MailId,
  notifications,
  PartnerId,
  PersonId,
  StaffId,
} from '#libs/contracts';
import { Database, newId } from '#libs/database';
import type { StaffAddressed } from './entities';
import type { Work } from '#libs/events';

/** Rows as the worker hands them over. */
export interface MailingWork extends Work {
  id: EventId;
  partner_id: PartnerId;
  person_id: PersonId | null;
  staff: StaffAddressed | null;
}

export interface MailWork extends Work {
  id: MailId;
  mailing_id: EventId;
  person_id: PersonId;
  created_at: Date;
  lease_epoch: string;
}

/** What an attempt has made of a mail. */
export interface MailOutcome {
  state: notifications.MailState;
  reason: string | null;
  /** Where it went, and what it said, where there was anybody. */
  sent?: { address: string; subject: string; text: string | null };
}

/** What of an event is told by mail. */
export interface NewMailing {
  event: CloudEvent;
  partnerId: PartnerId;
  personId: PersonId | null;
  title: string;
  text: string;
  /** Left out: it is for people of the partner. */
  staff?: StaffAddressed;
}

/** In the transaction of the message that it is told with. */
export async function insertMailings(
  manager: EntityManager,
  environment: Environment,
  mailings: NewMailing[],
): Promise<void> {
  const rows = mailings.map(({ event, partnerId, personId, title, text, staff = null }) => ({
    ...{ id: event.id, partner_id: partnerId, person_id: personId, type: event.type, title, text },
    ...{ data: event.data, occurred_at: event.time, staff },
  }));
  await manager.query(
    `insert into notifications.mailings
       (environment, id, partner_id, person_id, type, title, text, data, occurred_at, staff, next_attempt_at)
     select $1, id, partner_id, person_id, type, title, text, data, occurred_at, nullif(staff, 'null'), now()
     from jsonb_to_recordset($2::jsonb) as mailing (id uuid, partner_id uuid, person_id uuid, type text, title text,
       text text, data jsonb, occurred_at timestamptz, staff jsonb)
     on conflict (environment, id) do nothing`,
    [environment, JSON.stringify(rows)],
  );
}

/** What concerns one person alone needs nobody to find out whom. */
export async function insertMailOfOne(
  manager: EntityManager,
  environment: Environment,
  mailing: NewMailing,
): Promise<void> {
  await insertMailings(manager, environment, [mailing]);
  await manager.query(`update notifications.mailings set next_attempt_at = null where environment = $1 and id = $2`, [
    environment,
    mailing.event.id,
  ]);
  await manager.query(
    `insert into notifications.mails (environment, id, mailing_id, partner_id, person_id, state, next_attempt_at)
     values ($1, $2, $3, $4, $5, 'waiting', now()) on conflict (environment, mailing_id, person_id) do nothing`,
    [environment, newId(), mailing.event.id, mailing.partnerId, mailing.personId],
  );
}

/** Single statements, outside of any transaction: each is whole by itself. */
@Injectable()
export class Mails {
  constructor(private readonly database: Database) {}

  /** One for each person, however often it is made. @param personIds of a mailing to the staff: their IDs there */
  async add(environment: Environment, mailing: MailingWork, personIds: (PersonId | StaffId)[]): Promise<void> {
    await this.database.pool(environment).query(
      `insert into notifications.mails (environment, id, mailing_id, partner_id, person_id, state, next_attempt_at)
       select $1, id, $2, $3, person_id, 'waiting', now() from unnest($4::uuid[], $5::uuid[]) as mail (id, person_id)
       on conflict (environment, mailing_id, person_id) do nothing`,
      [environment, mailing.id, mailing.partner_id, personIds.map(() => newId()), personIds],
    );
  }

  /** A copy that was paused meanwhile writes nothing over what another has done. */
  async note(
    environment: Environment,
    { id, lease_epoch: epoch }: MailWork,
    { state, reason, sent }: MailOutcome,
  ): Promise<void> {
    await this.database.pool(environment).query(
      `update notifications.mails
         set state = $4, reason = $5, address = coalesce($6, address), subject = coalesce($7, subject),
             text = coalesce($8, text), sent_at = case when $4 = 'sent' then now() end
       where environment = $1 and id = $2 and lease_epoch = $3`,
      [environment, id, epoch, state, reason, sent?.address, sent?.subject, sent?.text],
    );
  }
}
