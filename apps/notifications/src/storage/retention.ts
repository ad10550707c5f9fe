import { environments } from '#libs/contracts';
import { daySeconds, type Retention } from '#libs/database';
import type { NotificationsConfig } from '../config';

/** Whoever follows a feed may be away for so long. */
const feedDays = 30;

/** What of notifications' own tables goes by its age. */
export const retention = ({
  SLIPWAY_MESSAGE_DAYS: days,
  SLIPWAY_DELIVERY_DAYS: deliveryDays,
  SLIPWAY_MAIL_DAYS: mailDays,
}: NotificationsConfig): Retention[] => [
  {
    table: 'messages',
    scopes: environments,
    partitionedBy: 'environment',
    since: 'occurred_at',
    keptSeconds: days * daySeconds,
    setting: 'SLIPWAY_MESSAGE_DAYS',
  },
  {
    ...{ table: 'deliveries', scopes: environments, partitionedBy: 'environment', since: 'created_at' },
    keptSeconds: deliveryDays * daySeconds,
    setting: 'SLIPWAY_DELIVERY_DAYS',
    // It is sent yet: replayed on its last day, for instance.
    unless: 'old.next_attempt_at is not null',
  },
  {
    ...{ table: 'delivery_attempts', scopes: environments, partitionedBy: 'environment', since: 'at' },
    keptSeconds: deliveryDays * daySeconds,
    setting: 'SLIPWAY_DELIVERY_DAYS',
  },
  {
    ...{ table: 'public_events', scopes: environments, partitionedBy: 'environment', since: 'recorded_at' },
    // For longer than any delivery of it is tried, whenever that was replayed, and than a feed has it.
    keptSeconds: Math.max(deliveryDays + 10, feedDays + 1) * daySeconds,
    setting: 'SLIPWAY_DELIVERY_DAYS',
  },
  {
    ...{ table: 'feed_entries', scopes: environments, partitionedBy: 'environment', since: 'recorded_at' },
    keptSeconds: feedDays * daySeconds,
  },
  // Its mailing, which is a little older, takes a mail with it.
  ...(['mailings', 'mails'] as const).map((table): Retention => ({
    table,
    scopes: environments,
    partitionedBy: 'environment',
    since: table === 'mailings' ? 'occurred_at' : 'created_at',
    keptSeconds: mailDays * daySeconds,
    setting: 'SLIPWAY_MAIL_DAYS',
  })),
];
