import { v7 } from 'uuid';
import type {
  AccountId,
  App,
  Caller,
  CallerSession,
  Environment,
  PartnerId,
  PartnerRole,
  PersonCaller,
  PersonId,
  StaffCaller,
  StaffId,
  StaffRole,
} from '#libs/contracts';

/** An id under the brand of its kind. */
export const anId = <Id extends string>(): Id => v7() as Id;

/** Somebody of a partner, signed in; a partner and an account of their own unless given. */
export const aPerson = (
  environment: Environment,
  given: Partial<{ partnerId: PartnerId; accountId: AccountId; personId: PersonId; roles: PartnerRole[] }> = {},
): PersonCaller => ({
  kind: 'person',
  environment,
  partnerId: anId(),
  accountId: anId(),
  personId: anId(),
  displayName: 'Ada Lovelace',
  roles: ['global_admin'],
  ...given,
});

export const aStaffMember = (role: StaffRole = 'admin'): StaffCaller => ({
  kind: 'staff',
  staffId: anId<StaffId>(),
  displayName: 'Rosa Reviewer',
  role,
});

/** One that has just begun. */
export const aSession = (given: Partial<CallerSession> = {}): CallerSession => ({
  id: anId(),
  secondFactor: 'none',
  signedInRecently: true,
  ...given,
});

export const anApp = (name: App): Caller => ({ kind: 'service', name });

export const anybody: Caller = { kind: 'anonymous' };
