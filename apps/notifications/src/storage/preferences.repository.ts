import type { EntityManager } from 'typeorm';
import type { Environment, notifications, PartnerId, PersonId } from '#libs/contracts';

type NewsKind = notifications.NewsKind;

/** One of an account's people. */
export interface Recipient {
  environment: Environment;
  partnerId: PartnerId;
  personId: PersonId;
}

/** Each by itself: of two that somebody sets at once, the one that is written last holds. */
export async function setByMail(
  manager: EntityManager,
  { environment, partnerId, personId }: Recipient,
  kind: NewsKind,
  enabled: boolean,
  at: Date,
): Promise<void> {
  await manager.query(
    `insert into notifications.preferences (environment, partner_id, person_id, channel, kind, enabled, changed_at)
     values ($1, $2, $3, 'email', $4, $5, $6)
     on conflict (environment, person_id, channel, kind) do update
       set enabled = excluded.enabled, changed_at = excluded.changed_at`,
    [environment, partnerId, personId, kind, enabled, at],
  );
}

/** What this person has switched off. */
export async function offByMail(
  manager: EntityManager,
  { environment, personId }: Pick<Recipient, 'environment' | 'personId'>,
): Promise<Set<string>> {
  const rows = await manager.query<{ kind: string }[]>(
    `select kind from notifications.preferences
     where environment = $1 and person_id = $2 and channel = 'email' and not enabled`,
    [environment, personId],
  );
  return new Set(rows.map(({ kind }) => kind));
}
