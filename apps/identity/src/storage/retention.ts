import { environments, identity } from '#libs/contracts';
import { daySeconds, type Retention } from '#libs/database';

const ofEnvironments = { scopes: environments, partitionedBy: 'environment' } as const;
const ofAll = { scopes: ['shared'] } as const;
/** What has ended by its own time is of no use to anybody. */
const ended = { since: 'expires_at', keptSeconds: daySeconds } as const;

/** What of identity's own tables goes by its age. */
export const retention = (): Retention[] => [
  { table: 'sessions', ...ofEnvironments, ...ended },
  { table: 'staff_sessions', ...ofAll, ...ended },
  { table: 'devices', ...ofEnvironments, ...ended },
  { table: 'staff_devices', ...ofAll, ...ended },
  { table: 'password_resets', ...ofEnvironments, ...ended },
  { table: 'email_verifications', ...ofEnvironments, ...ended },
  // Soon: anybody can bring about as many as they like. A minute, as the time in it is that of a copy.
  { table: 'attempts', ...ofAll, since: 'expires_at', keptSeconds: 60 },
  // Longer than any token lives, whatever the clocks of `tokens` and Postgres think of each other.
  { table: 'token_counts', ...ofEnvironments, since: 'expires_by', keptSeconds: 3_600 },
  // `tokens` sends none again after half an hour.
  { table: 'counted_batches', ...ofEnvironments, since: 'counted_at', keptSeconds: 3_600 },
  { table: 'token_revocations', ...ofEnvironments, since: 'revoked_at', keptSeconds: identity.tokenSecondsMax + 3_600 },
];
