import type { identity, subscriptions } from '#libs/contracts';

/** B34: everything that keeps an account from making keys, in the order in which a partner can do something about it. */
export function lockReasons(
  pipeline: subscriptions.LockReason[],
  standing: { apiAccess: boolean; eligibility: identity.Eligibility },
): subscriptions.LockReason[] {
  const reasons = [...pipeline];
  if (!standing.apiAccess) reasons.push('api_access_off');
  if (standing.eligibility.reasons.some((reason) => reason !== 'suspended')) reasons.push('not_eligible');
  if (standing.eligibility.reasons.includes('suspended')) reasons.push('suspended');
  return reasons;
}
