import { scopes } from '#libs/contracts';
import { daySeconds, type Retention } from '#libs/database';

interface Settings {
  SLIPWAY_DEAD_LETTER_DAYS: number;
}

/**
 * What goes by its age in every service. What was taken of an event is remembered for longer than the event is kept, and
 * than the stream has it: an event that comes again would be taken again. While it is a dead letter, or put off, it may be
 * redelivered, whatever its age.
 */
export const platformRetention = (
  service: string,
  { SLIPWAY_DEAD_LETTER_DAYS: deadLetterDays }: Settings,
): Retention[] => [
  // As long as the stream has it (deploy/setup).
  { ...ofEach('outbox', 'settled_at'), keptSeconds: 30 * daySeconds },
  {
    ...ofEach('consumed_events', 'recorded_at'),
    keptSeconds: 60 * daySeconds,
    withItsEvent: true,
    unless: ['dead_letters', 'put_off_events']
      .map(
        (table) => `exists (select from ${service}.${table} letter
          where letter.scope = old.scope and letter.consumer = old.consumer and letter.event_id = old.event_id)`,
      )
      .join(' or '),
  },
  { ...ofEach('idempotency', 'recorded_at'), keptSeconds: 2 * daySeconds },
  {
    ...ofEach('dead_letters', 'failed_at'),
    keptSeconds: deadLetterDays * daySeconds,
    setting: 'SLIPWAY_DEAD_LETTER_DAYS',
  },
];

const ofEach = (table: string, since: string) => ({ table, scopes, partitionedBy: 'scope', since }) as const;
