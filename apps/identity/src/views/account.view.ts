import type { identity, PersonCaller } from '#libs/contracts';
import type { AccountStatus } from '../storage/accounts.repository';
import type { EmailVerification, Person } from '../storage/entities';

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

export const describePerson = (person: Person) => ({
  id: person.id,
  username: person.username,
  displayName: person.displayName,
  email: person.email,
  role: person.role,
  createdAt: person.createdAt.toISOString(),
  emailVerified: person.emailVerifiedAt !== null,
  invited: person.invitedAt !== null,
});

/** @param link with which they can prove an address, while it is good */
export const describeOwnPerson = (person: Person, link: EmailVerification | null): identity.OwnPerson => ({
  ...describePerson(person),
  language: person.language,
  pendingEmail: link && link.email !== person.email ? link.email : null,
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
