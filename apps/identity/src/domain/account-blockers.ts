import type { identity } from '#libs/contracts';

interface AccountState {
  apiAccess: boolean;
  eligibility: identity.Eligibility;
}

/** B34: what of the account itself keeps it from making keys, in the order in which B34 names them. */
export function accountBlockers({ apiAccess, eligibility: { reasons } }: AccountState): identity.AccountBlocker[] {
  const blockers: identity.AccountBlocker[] = [];
  if (!apiAccess) blockers.push('api_access_off');
  if (reasons.some((reason) => reason !== 'suspended')) blockers.push('not_eligible');
  if (reasons.includes('suspended')) blockers.push('suspended');
  return blockers;
}
