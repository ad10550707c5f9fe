import type { Caller } from '#libs/contracts';
import { aPerson, aSession, aStaffMember, anApp, anybody } from '#libs/testing';
import { authorize } from './authorize';

const refusalOf = (rules: Parameters<typeof authorize>[0], caller: Caller, session?: ReturnType<typeof aSession>) => {
  try {
    authorize(rules, { caller, session });
    return 'allowed';
  } catch (error) {
    return (error as { code: string }).code;
  }
};
const forStaff = { allow: 'staff' } as const;
const forAdmins = { allow: 'admin' } as const;

describe('who may make a call', () => {
  it('anybody what is for anyone, whatever their session lacks', () => {
    const lacking = aSession({ secondFactor: 'required' });
    expect(refusalOf({ allow: 'anyone' }, anybody)).toBe('allowed');
    expect(refusalOf({ allow: 'anyone' }, aStaffMember(), lacking)).toBe('allowed');
  });

  it('nobody else without a sign-in, and nobody as somebody without a session', () => {
    expect(refusalOf(forStaff, anybody)).toBe('not_signed_in');
    expect(refusalOf(forStaff, aStaffMember())).toBe('session_expired');
    expect(refusalOf({ allow: 'person' }, aPerson('sandbox'))).toBe('session_expired');
  });

  it('our own services need none', () => {
    expect(refusalOf({ allow: 'service', recentSignIn: true }, anApp('gateway'))).toBe('allowed');
    expect(refusalOf(forStaff, anApp('gateway'))).toBe('forbidden');
  });

  it('those whose role allows it', () => {
    expect(refusalOf(forAdmins, aStaffMember('admin'), aSession())).toBe('allowed');
    expect(refusalOf(forAdmins, aStaffMember('reviewer'), aSession())).toBe('forbidden');
  });

  it.each([
    ['developer', aPerson('sandbox', { roles: [] }), ['developer', 'global_admin']],
    ['global_admin', aPerson('sandbox', { roles: ['developer'] }), ['global_admin']],
    ['admin', aStaffMember('reviewer'), ['admin']],
    ['reviewer', aPerson('sandbox'), ['reviewer', 'admin']],
  ] as const)('who is refused by role is shown which would do: %s', (allow, caller, requiredRoles) => {
    expect(() => authorize({ allow }, { caller, session: aSession() })).toThrow(
      expect.objectContaining({
        message: `Your role does not allow this. It takes the role ${requiredRoles.join(' or ')}.`,
        detail: { requiredRoles },
      }),
    );
  });

  it.each(['required', 'enrol'] as const)(
    'a session that lacks its second factor (%s): what leads on alone',
    (secondFactor) => {
      const session = aSession({ secondFactor });
      const other = secondFactor === 'required' ? 'enrol' : 'required';
      expect(refusalOf(forStaff, aStaffMember(), session)).toBe('identity.second_factor_required');
      expect(refusalOf({ ...forStaff, openTo: [other] }, aStaffMember(), session)).toBe(
        'identity.second_factor_required',
      );
      expect(refusalOf({ ...forStaff, openTo: [secondFactor] }, aStaffMember(), session)).toBe('allowed');
      // It learns nothing of its role either.
      expect(refusalOf(forAdmins, aStaffMember('reviewer'), session)).toBe('identity.second_factor_required');
    },
  );

  it('what cannot be undone: who has signed in a short while ago', () => {
    const rules = { ...forAdmins, recentSignIn: true };
    expect(refusalOf(rules, aStaffMember(), aSession())).toBe('allowed');
    expect(refusalOf(rules, aStaffMember(), aSession({ signedInRecently: false }))).toBe('identity.sign_in_again');
    expect(refusalOf(forAdmins, aStaffMember(), aSession({ signedInRecently: false }))).toBe('allowed');
  });
});
