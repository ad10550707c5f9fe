import { z } from 'zod';
import { environmentSchema } from './environment';
import { slug, written } from './fields';
import { accountId, partnerId, personId, sessionId, staffId } from './ids';

export const partnerRoles = ['global_admin', 'developer'] as const;
export const partnerRole = z.enum(partnerRoles);
export type PartnerRole = (typeof partnerRoles)[number];

export const staffRoles = ['admin', 'reviewer'] as const;
export const staffRole = z.enum(staffRoles);
export type StaffRole = (typeof staffRoles)[number];

/** Somebody signed in to one account of a partner. The environment is the account's; nothing can choose another. */
export const personCaller = z.object({
  kind: z.literal('person'),
  environment: environmentSchema,
  partnerId,
  accountId,
  personId,
  displayName: written(),
  roles: z.array(partnerRole).max(partnerRoles.length),
});
export type PersonCaller = z.infer<typeof personCaller>;

/** One of the provider's own people. */
export const staffCaller = z.object({
  kind: z.literal('staff'),
  staffId,
  displayName: written(),
  role: staffRole,
});
export type StaffCaller = z.infer<typeof staffCaller>;

/** On whose behalf a message travels. `service` is one of ours asking for itself. */
export const caller = z.discriminatedUnion('kind', [
  personCaller,
  staffCaller,
  z.object({ kind: z.literal('anonymous') }),
  z.object({ kind: z.literal('service'), name: slug() }),
]);
export type Caller = z.infer<typeof caller>;

/** What a session still lacks of a second factor: nothing, its code, or that there is one at all. */
export const secondFactorState = z.enum(['none', 'required', 'enrol']);
export type SecondFactorState = z.infer<typeof secondFactorState>;

/** How somebody is signed in, at the moment of the request. */
export const callerSession = z.object({
  id: sessionId,
  secondFactor: secondFactorState,
  /** As `identity` judges it, which alone knows when that was: no clocks of two machines are compared. */
  signedInRecently: z.boolean(),
});
export type CallerSession = z.infer<typeof callerSession>;

/** Who did something, as it is recorded and shown. */
export const actor = z.object({
  kind: z.enum(['person', 'staff', 'system']),
  id: z.uuid().nullable(),
  displayName: written(),
});
export type Actor = z.infer<typeof actor>;

export function actorOf(by: Caller): Actor {
  if (by.kind === 'person') return { kind: 'person', id: by.personId, displayName: by.displayName };
  if (by.kind === 'staff') return { kind: 'staff', id: by.staffId, displayName: by.displayName };
  return { kind: 'system', id: null, displayName: 'Slipway' };
}

/**
 * Who may make a call. `service` means our own services only; `developer` is granted to a global admin too, and
 * `reviewer` to a staff admin: nobody with more rights is refused what somebody with fewer may do.
 */
export type Permission =
  | 'anyone'
  | 'person'
  | 'developer'
  | 'global_admin'
  | 'staff'
  | 'reviewer'
  | 'admin'
  | 'member'
  | 'developer_or_admin'
  | 'service';

/** `member`: any person of a partner or any staff. `developer_or_admin`: who may change what their own side keeps. */
const allowed: Record<Permission, (by: Caller) => boolean> = {
  anyone: () => true,
  service: (by) => by.kind === 'service',
  person: (by) => by.kind === 'person',
  developer: (by) => by.kind === 'person' && by.roles.length > 0,
  global_admin: (by) => by.kind === 'person' && by.roles.includes('global_admin'),
  staff: (by) => by.kind === 'staff',
  reviewer: (by) => by.kind === 'staff',
  admin: (by) => by.kind === 'staff' && by.role === 'admin',
  member: (by) => by.kind === 'person' || by.kind === 'staff',
  developer_or_admin: (by) => allowed.developer(by) || allowed.admin(by),
};

/** Whose role may make a call that is for some roles only; the smallest first. Empty where it is not a matter of roles. */
const rolesOf: Partial<Record<Permission, readonly (PartnerRole | StaffRole)[]>> = {
  developer: ['developer', 'global_admin'],
  global_admin: ['global_admin'],
  reviewer: ['reviewer', 'admin'],
  admin: ['admin'],
  developer_or_admin: ['developer', 'global_admin', 'admin'],
};

export const rolesAllowed = (permission: Permission): readonly string[] => rolesOf[permission] ?? [];

export const isAllowed = (permission: Permission, by: Caller): boolean => allowed[permission](by);
