import { daySeconds, type Retention } from '#libs/database';
import type { SubscriptionsConfig } from '../config';

/** What of subscriptions' own tables goes by its age. */
export const retention = ({ SLIPWAY_DRAFT_DAYS: days }: SubscriptionsConfig): Retention[] => [
  {
    ...{ table: 'drafts', scopes: ['shared'], since: 'saved_at' },
    keptSeconds: days * daySeconds,
    setting: 'SLIPWAY_DRAFT_DAYS',
  },
];
