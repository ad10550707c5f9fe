import { environments } from '#libs/contracts';
import { daySeconds, type Retention } from '#libs/database';
import type { NotificationsConfig } from '../config';

/** What of notifications' own tables goes by its age. */
export const retention = ({ SLIPWAY_MESSAGE_DAYS: days }: NotificationsConfig): Retention[] => [
  {
    table: 'messages',
    scopes: environments,
    partitionedBy: 'environment',
    since: 'occurred_at',
    keptSeconds: days * daySeconds,
    setting: 'SLIPWAY_MESSAGE_DAYS',
  },
];
