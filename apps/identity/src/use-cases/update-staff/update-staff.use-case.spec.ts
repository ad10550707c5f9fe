import { identity, type RequestOf, type StaffId, type StaffRole } from '#libs/contracts';
import { anId, anybody, aStaffMember } from '#libs/testing';
import { firstAdmin, IdentitySpec, password } from '../../spec-support/identity-spec';

describe('changing somebody of the staff', () => {
  let spec: IdentitySpec;
  let administrator: StaffId;

  beforeAll(async () => {
    spec = await IdentitySpec.open();
  });
  afterAll(() => spec.close());
  /** The first administrator alone. */
  beforeEach(async () => {
    await spec.service.admin.query(`
      delete from identity.staff_sessions;
      delete from identity.staff where email <> '${firstAdmin.email}';
      update identity.staff set role = 'admin', active = true;
    `);
    const { items } = await spec.call(identity.listStaff, 'shared', { limit: 10 }, spec.staff);
    administrator = items[0]?.id ?? anId();
  });

  const update = (change: RequestOf<typeof identity.updateStaff>) =>
    spec.call(identity.updateStaff, 'shared', change, spec.staff);
  const create = (role: StaffRole) =>
    spec.call(
      identity.createStaff,
      'shared',
      { email: `rosa-${role}@provider.example`, displayName: 'Rosa', role, password },
      spec.staff,
    );
  const signIn = (credentials: { email: string; password: string }) =>
    spec.call(identity.signInStaff, 'shared', credentials, anybody);
  const isSignedIn = async (accessToken: string) =>
    (await spec.call(identity.authenticateStaff, 'shared', { accessToken }, anybody)).caller !== null;

  describe('changed', () => {
    it('the name changes alone, and sessions go on', async () => {
      const { id, email } = await create('reviewer');
      const { accessToken } = await signIn({ email, password });
      expect(await update({ staffId: id, displayName: 'Rosa Luna' })).toMatchObject({
        displayName: 'Rosa Luna',
        role: 'reviewer',
        active: true,
      });
      expect(await isSignedIn(accessToken)).toBe(true);
    });

    it('is told to whoever keeps a copy: what they may do, or whether anything, and each time a later version', async () => {
      const { id } = await create('reviewer');
      await update({ staffId: id, displayName: 'Rosa Luna', password: 'another long password' });
      await update({ staffId: id, role: 'admin' });
      await update({ staffId: id, active: false });
      const events = (await spec.service.published(identity.staffChanged)).filter(
        ({ aggregateid }) => aggregateid === id,
      );
      expect(events.map(({ aggregateversion, data }) => ({ aggregateversion, ...data }))).toEqual([
        { aggregateversion: 2, staffId: id, role: 'admin', active: true },
        { aggregateversion: 3, staffId: id, role: 'admin', active: false },
      ]);
    });

    it.each([{ password: 'another long password' }, { role: 'admin' as const }, { active: false }])(
      '%j ends the sessions',
      async (change) => {
        const { id, email } = await create('reviewer');
        const { accessToken } = await signIn({ email, password });
        await update({ staffId: id, ...change });
        const { rows } = await spec.service.admin.query('select 1 from identity.staff_sessions where staff_id = $1', [
          id,
        ]);
        expect([rows.length, await isSignedIn(accessToken)]).toEqual([0, false]);
      },
    );

    it('a new password is good at once, and the previous is not', async () => {
      const { id, email } = await create('reviewer');
      await update({ staffId: id, password: 'another long password' });
      await signIn({ email, password: 'another long password' });
      await expect(signIn({ email, password })).rejects.toMatchObject({ code: 'identity.wrong_credentials' });
    });

    it('an admin may go where another stays', async () => {
      await create('admin');
      expect(await update({ staffId: administrator, active: false })).toMatchObject({ active: false });
      await expect(signIn(firstAdmin)).rejects.toMatchObject({ code: 'identity.wrong_credentials' });
    });
  });

  it('an admin who is switched off may become a reviewer: no admin is lost', async () => {
    const { id } = await create('admin');
    await update({ staffId: id, active: false });
    expect(await update({ staffId: id, role: 'reviewer' })).toMatchObject({ role: 'reviewer', active: false });
  });

  describe('refused', () => {
    it.each([{ active: false }, { role: 'reviewer' as const }])('%j to the last admin', async (change) => {
      await create('reviewer');
      const { id } = await create('admin');
      // Switched off, it is no admin that could stand in.
      await update({ staffId: id, active: false });
      await expect(update({ staffId: administrator, ...change })).rejects.toMatchObject({
        code: 'identity.last_staff_admin',
      });
      await signIn(firstAdmin);
    });

    it('one of two admins who switch each other off at once', async () => {
      const { id } = await create('admin');
      const results = await spec.atOnce(
        { table: 'staff', ids: [id, administrator] },
        [id, administrator].map((staffId) => () => update({ staffId, active: false })),
      );
      expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    });

    it('to a reviewer', async () => {
      await expect(
        spec.call(identity.updateStaff, 'shared', { staffId: administrator, role: 'admin' }, aStaffMember('reviewer')),
      ).rejects.toMatchObject({ code: 'forbidden' });
    });

    it('somebody nobody knows', async () => {
      await expect(update({ staffId: anId(), displayName: 'Nobody' })).rejects.toMatchObject({ code: 'not_found' });
    });
  });
});
