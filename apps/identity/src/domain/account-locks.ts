import type { identity } from '#libs/contracts';

interface AccountState {
  apiAccess: boolean;
  eligibility: identity.Eligibility;
}

/** B34: what of the account itself keeps it from making keys, in the order in which a partner can do something about it. */
export function accountLocks({ apiAccess, eligibility: { reasons } }: AccountState): identity.AccountLock[] {
  const locks: identity.AccountLock[] = [];
  if (!apiAccess) locks.push('api_access_off');
  if (reasons.some((reason) => reason !== 'suspended')) locks.push('not_eligible');
  if (reasons.includes('suspended')) locks.push('suspended');
  return locks;
}
