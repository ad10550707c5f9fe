import type { PersonCaller } from '#libs/contracts';
import type { AccountStatus } from '../storage/accounts.repository';
import type { Person } from '../storage/entities';

export const describeAccount = (status: AccountStatus) => ({
  id: status.id,
  environment: status.environment,
  domain: status.domain,
  state: status.state,
  partnerId: status.partnerId,
  organisation: status.organisation,
  apiAccess: status.apiAccess,
  eligibility: status.eligibility,
  keyLimit: status.keyLimit,
  policyAcceptedAt: status.policyAcceptedAt?.toISOString() ?? null,
  policyVersion: status.policyVersion,
});

export const describePerson = ({ id, username, displayName, email, role, createdAt }: Person) => ({
  id,
  username,
  displayName,
  email,
  role,
  createdAt: createdAt.toISOString(),
});

/** Whoever has just proved to be this person. */
export const callerOf = ({ environment, id, partnerId, accountId, displayName, role }: Person): PersonCaller => ({
  kind: 'person',
  environment,
  partnerId,
  accountId,
  personId: id,
  displayName,
  roles: [role],
});
