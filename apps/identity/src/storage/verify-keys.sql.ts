import type { Environment } from '#libs/contracts';
import { unlisted } from './eligibility.sql';
import { currentEpoch } from './token-epochs.sql';

/**
 * The hot query: every application ID asked about in one turn of the event loop, with all that decides about a token,
 * in one prepared statement on the primary, and so of one moment, the epoch's too. `$1` environment, `$2` application IDs.
 */
export const verifyKeysSql = (environment: Environment) => ({
  name: `verify-keys-${environment}`,
  text: `
    select k.application_id, k.id as key_id, k.partner_id, k.account_id, k.subscription_id, k.product_id, k.secret_hash,
      case when k.overlap_since = k.renewed_at then k.previous_secret_hash end as previous_secret_hash, k.previous_secret_until,
      k.expires_at, k.allowed_addresses,
      a.domain, a.state = 'active' and a.api_access as api_access,
      case when k.stopped_at is not null then coalesce(k.stop_reason, 'cancelled') end as stopped,
      p.verified, p.suspended_at is not null as suspended,
      ${unlisted('k.environment', 'p')} as unlisted,
      ${currentEpoch} as epoch
    from identity.access_keys k
      join identity.accounts a on a.environment = k.environment and a.id = k.account_id
      join identity.partners p on p.id = k.partner_id
    where k.environment = $1 and k.application_id = any($2::text[]) and k.deleted_at is null`,
});
