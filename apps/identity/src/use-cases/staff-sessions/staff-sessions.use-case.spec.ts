import { identity, type StaffId } from '#libs/contracts';
import { anybody, aStaffMember, overtaken, until } from '#libs/testing';
import { firstAdmin, IdentitySpec } from '../../spec-support/identity-spec';

describe('sessions of the staff', () => {
  let spec: IdentitySpec;

  beforeAll(async () => {
    spec = await IdentitySpec.open({ SLIPWAY_SESSION_SECONDS: '600' });
  });
  afterAll(() => spec.close());

  const signIn = (given: Partial<typeof firstAdmin> = {}) =>
    spec.call(identity.signInStaff, 'shared', { ...firstAdmin, ...given }, anybody);
  const whoHas = async (accessToken: string) =>
    (await spec.call(identity.authenticateStaff, 'shared', { accessToken }, anybody)).caller;

  describe('signed in', () => {
    it('the session tells who, and with which role', async () => {
      const { accessToken, expiresIn, staff } = await signIn();
      expect(expiresIn).toBe(600);
      expect(await whoHas(accessToken)).toEqual({
        kind: 'staff',
        staffId: staff.id,
        displayName: 'Administrator',
        role: 'admin',
      });
    });

    it('until it expires, by the clock; the next clears it away', async () => {
      const { accessToken } = await signIn();
      spec.service.clock.advance(590_000);
      expect(await whoHas(accessToken)).not.toBeNull();
      spec.service.clock.advance(11_000);
      expect(await whoHas(accessToken)).toBeNull();
      await signIn();
      const { rows } = await spec.service.admin.query('select 1 from identity.staff_sessions');
      expect(rows).toHaveLength(1);
    });
  });

  describe('refused', () => {
    it('a wrong password and an unknown address, in the same words', async () => {
      const refusals = await Promise.allSettled([
        signIn({ password: 'a wrong password, long enough' }),
        signIn({ email: 'nobody@provider.example' }),
      ]);
      const reasons = refusals.map((result) => (result.status === 'rejected' ? (result.reason as Error) : undefined));
      for (const reason of reasons) expect(reason).toMatchObject({ code: 'identity.wrong_credentials' });
      expect(new Set(reasons.map((reason) => reason?.message)).size).toBe(1);
    });
  });

  describe('signed out', () => {
    it('the session ends at once', async () => {
      const { accessToken, staff } = await signIn();
      const caller = { ...aStaffMember('admin'), staffId: staff.id };
      await spec.call(identity.signOutStaff, 'shared', { accessToken }, caller);
      expect(await whoHas(accessToken)).toBeNull();
    });

    it('nobody ends another’s', async () => {
      const { accessToken } = await signIn();
      const other = { email: 'other@provider.example', displayName: 'Rosa', role: 'admin' as const };
      const { password } = firstAdmin;
      const { id } = await spec.call(identity.createStaff, 'shared', { ...other, password }, spec.staff);
      await spec.call(identity.signOutStaff, 'shared', { accessToken }, { ...aStaffMember('admin'), staffId: id });
      expect(await whoHas(accessToken)).not.toBeNull();
    });
  });

  describe('in the audit', () => {
    const actsOf = async (id: StaffId) => (await spec.service.acts()).filter(({ by }) => by.id === id);

    it('signing in and signing out, each as the member’s own', async () => {
      const { accessToken, staff } = await signIn();
      const caller = { ...aStaffMember('admin'), staffId: staff.id };
      await spec.call(identity.signOutStaff, 'shared', { accessToken }, caller);
      expect((await actsOf(staff.id)).slice(-2)).toMatchObject([
        { scope: 'shared', by: { kind: 'staff' }, action: 'identity.sign-in-staff.v1', outcome: 'done' },
        { scope: 'shared', by: { kind: 'staff' }, action: 'identity.sign-out-staff.v1', outcome: 'done' },
      ]);
    });

    it('a wrong password, with whom it was tried for', async () => {
      const { staff } = await signIn();
      const refused = async () =>
        (await spec.service.acts()).filter(
          ({ outcome, targets }) => outcome === 'refused' && targets['staffId'] === staff.id,
        );
      await expect(signIn({ password: 'a wrong password, long enough' })).rejects.toMatchObject({
        code: 'identity.wrong_credentials',
      });
      await until('the refusal to be kept', async () => (await refused()).length > 0);
      expect(await refused()).toMatchObject([{ by: { kind: 'anonymous' }, action: 'identity.sign-in-staff.v1' }]);
    });
  });

  it.each([
    ['switched off', 'active = false'],
    ['given another password', "password_hash = 'another'"],
  ])('%s in the middle of signing in: refused, and no session is left for later', async (_what, change) => {
    const email = `${change.replaceAll(/\W/g, '')}@provider.example`.toLowerCase();
    const { password } = firstAdmin;
    const member = { email, displayName: 'Rosa Reviewer', role: 'reviewer' as const, password };
    const { id } = await spec.call(identity.createStaff, 'shared', member, spec.staff);
    const result = await overtaken(
      spec.service,
      (admin) => admin.query(`update identity.staff set ${change} where id = $1`, [id]),
      () => signIn({ email }),
    );
    expect(result).toMatchObject({ status: 'rejected', reason: { code: 'identity.wrong_credentials' } });
    const { rows } = await spec.service.admin.query('select 1 from identity.staff_sessions where staff_id = $1', [id]);
    expect(rows).toEqual([]);
  });

  it('nobody has a session that was never given', async () => {
    expect(await whoHas('slpt_nobody')).toBeNull();
  });
});
