import type { EntityManager } from 'typeorm';
import type { MessageId, PersonCaller } from '#libs/contracts';

type Reader = Pick<PersonCaller, 'environment' | 'partnerId' | 'personId'>;

/** A message that was read is not read again: the first time stays. */
export async function markMessageRead(
  manager: EntityManager,
  { environment, partnerId, personId }: Reader,
  id: MessageId,
  at: Date,
): Promise<Date> {
  const [row] = await manager.query<{ read_at: Date }[]>(
    `with mark as (
       insert into notifications.message_reads (environment, message_id, partner_id, person_id, read_at)
       values ($1, $2, $3, $4, $5) on conflict (environment, message_id, person_id) do nothing returning read_at
     )
     select read_at from mark union all
     select read_at from notifications.message_reads where environment = $1 and message_id = $2 and person_id = $4`,
    [environment, id, partnerId, personId, at],
  );
  if (!row) throw new Error('a mark was neither made nor found');
  return row.read_at;
}

/** Up to one message, and with it. */
export async function markReadUpTo(
  manager: EntityManager,
  { environment, partnerId, personId }: Reader,
  upTo: MessageId,
  at: Date,
): Promise<void> {
  await manager.query(
    `insert into notifications.message_reads (environment, message_id, partner_id, person_id, read_at)
     select environment, id, partner_id, $3, $5 from notifications.messages
     where environment = $1 and partner_id = $2 and id <= $4 and read_at is null
     on conflict (environment, message_id, person_id) do nothing`,
    [environment, partnerId, personId, upTo, at],
  );
}

/** When this person has read each of them; those that they have not read are not in it. */
export async function readTimes(
  manager: EntityManager,
  { environment, personId }: Reader,
  ids: MessageId[],
): Promise<Map<MessageId, Date>> {
  const rows = await manager.query<{ message_id: MessageId; read_at: Date }[]>(
    `select message_id, read_at from notifications.message_reads
     where environment = $1 and person_id = $2 and message_id = any ($3)`,
    [environment, personId, ids],
  );
  return new Map(rows.map(({ message_id: id, read_at: at }) => [id, at]));
}

export async function countUnread(
  manager: EntityManager,
  { environment, partnerId, personId }: Reader,
): Promise<number> {
  const [row] = await manager.query<{ unread: number }[]>(
    `select count(*)::int as unread from notifications.messages m
     where m.environment = $1 and m.partner_id = $2 and m.read_at is null and not exists (
       select from notifications.message_reads r
       where r.environment = m.environment and r.message_id = m.id and r.person_id = $3)`,
    [environment, partnerId, personId],
  );
  return row?.unread ?? 0;
}
