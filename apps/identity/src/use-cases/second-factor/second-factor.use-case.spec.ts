import { identity, type StaffCaller } from '#libs/contracts';
import { anId, anybody, overtaken, refusals } from '#libs/testing';
import { Authenticator } from '../../spec-support/authenticator';
import { firstAdmin, IdentitySpec, type SignedIn } from '../../spec-support/identity-spec';

const { password } = firstAdmin;
const aStep = 30_000;
const lacks = (secondFactor: string) => ({ code: 'identity.second_factor_required', detail: { secondFactor } });
const wrongCode = { code: 'identity.wrong_code', fields: [{ pointer: '/code' }] };

describe.each(['required', 'optional'] as const)('the second factor of staff, %s', (policy) => {
  let spec: IdentitySpec;
  let email: string;

  beforeAll(async () => {
    spec = await IdentitySpec.open({ SLIPWAY_STAFF_SECOND_FACTOR: policy });
  });
  afterAll(() => spec.close());
  /** A member of their own for each test, so that none has another's wrong codes. */
  beforeEach(async () => {
    ({ email } = await member());
  });

  const member = async (role: 'admin' | 'reviewer' = 'admin') => {
    const rosa = { email: `rosa-${anId()}@provider.example`, displayName: 'Rosa', role, password };
    return spec.call(identity.createStaff, 'shared', rosa, spec.staff);
  };
  const begin = (address = email) => spec.beginStaff({ email: address, password });
  const present = (by: SignedIn, code: string) => spec.callIn(identity.presentSecondFactor, by, { code });
  const stateOf = async ({ accessToken }: SignedIn) =>
    (await spec.authenticatedStaff(accessToken))?.session.secondFactor ?? 'ended';
  const list = (by: SignedIn) => spec.callIn(identity.listStaff, by, { limit: 10 });

  /** Takes a factor over into an authenticator, and confirms it with its first code. */
  const enrol = async (by: SignedIn) => {
    const { uri } = await spec.callIn(identity.startSecondFactor, by, {});
    const authenticator = new Authenticator(uri ?? '', spec.service.clock);
    const code = authenticator.code();
    const { recoveryCodes } = await spec.callIn(identity.confirmSecondFactor, by, { code });
    return { authenticator, code, recoveryCodes };
  };
  /** A member with a factor, and the time gone on, so that the next code is another. */
  const enrolled = async () => {
    const by = await begin();
    const factor = await enrol(by);
    spec.service.clock.advance(aStep);
    return { ...factor, by };
  };

  it('signing in says what comes first', async () => {
    const signIn = () => spec.call(identity.signInStaff, 'shared', { email, password }, anybody);
    expect((await signIn()).secondFactor).toBe(policy === 'required' ? 'enrol' : 'none');
    await enrolled();
    expect((await signIn()).secondFactor).toBe('required');
  });

  describe('a session whose code is awaited', () => {
    it('may present it, or sign out, and nothing else', async () => {
      const { authenticator } = await enrolled();
      const by = await begin();
      await expect(list(by)).rejects.toMatchObject(lacks('required'));
      for (const [method, request] of [
        [identity.startSecondFactor, {}],
        [identity.confirmSecondFactor, { code: authenticator.code() }],
        [identity.removeSecondFactor, {}],
        [identity.reauthenticateStaff, { password }],
        [identity.changeStaffPassword, { current: password, new: 'another long password' }],
        [identity.listStaffSessions, { limit: 10 }],
      ] as const)
        await expect(spec.callIn(method, by, request as never)).rejects.toMatchObject(lacks('required'));
      expect(await present(by, authenticator.code())).toEqual({ secondFactor: 'none', recoveryCodesLeft: 10 });
      await list(by);
      const another = await begin();
      await spec.callIn(identity.signOutStaff, another, { accessToken: another.accessToken });
      expect(await stateOf(another)).toBe('ended');
    });

    it('a code is taken once, and none that is older than it', async () => {
      const { authenticator } = await enrolled();
      const [first, second] = [await begin(), await begin()];
      const [newest, older] = [authenticator.code(), authenticator.code(-1)];
      await present(first, newest);
      for (const code of [newest, older]) await expect(present(second, code)).rejects.toMatchObject(wrongCode);
      spec.service.clock.advance(aStep);
      await present(second, authenticator.code());
    });

    it('of two uses of one code at once, one is taken', async () => {
      const { authenticator } = await enrolled();
      const [first, second] = [await begin(), await begin()];
      const code = authenticator.code();
      const results = await Promise.allSettled([present(first, code), present(second, code)]);
      expect(refusals(results)).toMatchObject([wrongCode]);
    });

    it('a recovery code is taken once', async () => {
      const { recoveryCodes } = await enrolled();
      const [code = '', another = ''] = recoveryCodes;
      const [first, second] = [await begin(), await begin()];
      expect(await present(first, code)).toEqual({ secondFactor: 'none', recoveryCodesLeft: 9 });
      await expect(present(second, code)).rejects.toMatchObject(wrongCode);
      await present(second, another.toLowerCase().replaceAll('-', ' '));
    });

    it('a colleague’s code is wrong', async () => {
      const { recoveryCodes, authenticator } = await enrolled();
      email = (await member()).email;
      await enrolled();
      const by = await begin();
      for (const code of [authenticator.code(), recoveryCodes[0] ?? ''])
        await expect(present(by, code)).rejects.toMatchObject(wrongCode);
    });
  });

  describe('guessing', () => {
    const guess = (by: SignedIn) => present(by, '000000');

    it('the fifth wrong code ends the session, also among many at once', async () => {
      await enrolled();
      const by = await begin();
      const codes = refusals(await Promise.allSettled(Array.from({ length: 8 }, () => guess(by)))).map(
        (error) => (error as { code: string }).code,
      );
      expect(codes.filter((code) => code === 'identity.wrong_code')).toHaveLength(5);
      expect(codes.filter((code) => code === 'session_expired')).toHaveLength(3);
      expect(await stateOf(by)).toBe('ended');
    });

    it('signing in again does not help: after ten in a quarter of an hour, wait; recovery codes go on', async () => {
      const { authenticator, recoveryCodes } = await enrolled();
      for (let session = 0; session < 2; session += 1) {
        const by = await begin();
        for (let time = 0; time < 5; time += 1) await expect(guess(by)).rejects.toMatchObject(wrongCode);
      }
      const by = await begin();
      await expect(present(by, authenticator.code())).rejects.toMatchObject({
        code: 'identity.too_many_codes',
        retryAfterSeconds: expect.any(Number),
      });
      await present(await begin(), recoveryCodes[0] ?? '');
      spec.service.clock.advance(15 * 60_000);
      await present(await begin(), authenticator.code());
    });

    it('each is in the audit, as refused', async () => {
      await enrolled();
      const by = await begin();
      await expect(guess(by)).rejects.toMatchObject(wrongCode);
      const acts = (await spec.service.acts()).filter(({ action }) => action === 'identity.present-second-factor.v1');
      expect(acts.at(-1)).toMatchObject({
        outcome: 'refused',
        by: { kind: 'staff', id: by.caller.kind === 'staff' && by.caller.staffId },
      });
    });
  });

  describe('enrolling', () => {
    it('a session that is to enrol may do nothing else before, and everything after', async () => {
      const by = await begin();
      if (policy === 'required') {
        await expect(list(by)).rejects.toMatchObject(lacks('enrol'));
        await expect(present(by, '123456')).rejects.toMatchObject(lacks('enrol'));
      }
      const { recoveryCodes } = await enrol(by);
      expect(new Set(recoveryCodes).size).toBe(10);
      await list(by);
    });

    it('the first code counts as used', async () => {
      const { code } = await enrol(await begin());
      await expect(present(await begin(), code)).rejects.toMatchObject(wrongCode);
    });

    it('a wrong code enrols nothing; one for nothing begun is told so', async () => {
      const by = await begin();
      await expect(spec.callIn(identity.confirmSecondFactor, by, { code: '123456' })).rejects.toMatchObject({
        code: 'identity.no_second_factor',
      });
      await spec.callIn(identity.startSecondFactor, by, {});
      await expect(spec.callIn(identity.confirmSecondFactor, by, { code: '000000' })).rejects.toMatchObject(wrongCode);
      expect(await stateOf(await begin())).toBe(policy === 'required' ? 'enrol' : 'none');
    });

    it('other sessions of the member have to present a code from then on', async () => {
      const [there, here] = [await begin(), await begin()];
      await enrol(here);
      expect([await stateOf(there), await stateOf(here)]).toEqual(['required', 'none']);
    });

    it('another session that had begun before does not replace it without its code', async () => {
      const [there, here] = [await begin(), await begin()];
      const asBefore = there.session;
      await enrol(here);
      // As the edge read it a moment ago.
      const late = (method: typeof identity.startSecondFactor | typeof identity.confirmSecondFactor, request: object) =>
        spec.service.call(method, 'shared', request, there.caller, { session: asBefore });
      await expect(late(identity.startSecondFactor, {})).rejects.toMatchObject(lacks('required'));
      await expect(late(identity.confirmSecondFactor, { code: '123456' })).rejects.toMatchObject(lacks('required'));
    });

    it('replacing it: the old one goes on until the new one is confirmed, then is worth nothing', async () => {
      const { by, authenticator, recoveryCodes } = await enrolled();
      const { uri } = await spec.callIn(identity.startSecondFactor, by, {});
      const there = await begin();
      await present(there, authenticator.code());
      const next = new Authenticator(uri ?? '', spec.service.clock);
      await spec.callIn(identity.confirmSecondFactor, by, { code: next.code() });
      expect(await stateOf(there)).toBe('required');
      spec.service.clock.advance(aStep);
      for (const code of [authenticator.code(), recoveryCodes[0] ?? ''])
        await expect(present(there, code)).rejects.toMatchObject(wrongCode);
      await present(there, next.code());
    });

    it('wants a sign-in a short while ago', async () => {
      const by = await begin();
      spec.service.clock.advance(600_001);
      await expect(spec.callIn(identity.startSecondFactor, by, {})).rejects.toMatchObject({
        code: 'identity.sign_in_again',
      });
      await spec.callIn(identity.reauthenticateStaff, by, { password });
      await enrol(by);
    });

    it('neither secret nor codes are stored as they are, nor answered twice', async () => {
      const by = await begin();
      const start = () => spec.callIn(identity.startSecondFactor, by, {}, 'start');
      const { uri, secret } = await start();
      expect(await start()).toEqual({ uri: null, secret: null });
      const authenticator = new Authenticator(uri ?? '', spec.service.clock);
      const code = authenticator.code();
      const confirm = () => spec.callIn(identity.confirmSecondFactor, by, { code }, 'confirm');
      const { recoveryCodes } = await confirm();
      expect(await confirm()).toEqual({ recoveryCodes: [] });
      const { rows } = await spec.service.admin.query(
        `select to_json(f)::text as text from identity.second_factors f
         union all select to_json(r)::text from identity.recovery_codes r
         union all select to_json(i)::text from identity.idempotency i
         union all select to_json(a)::text from identity.audit a`,
      );
      const stored = JSON.stringify(rows).toLowerCase();
      expect(rows.length).toBeGreaterThan(12);
      for (const word of [secret ?? '', authenticator.hex(), ...recoveryCodes])
        expect(stored).not.toContain(word.toLowerCase());
    });
  });

  describe('given up', () => {
    const remove = (by: SignedIn) => spec.callIn(identity.removeSecondFactor, by, {});

    it(policy === 'required' ? 'is refused' : 'signing in wants no code any more; other sessions end', async () => {
      const { by } = await enrolled();
      const pending = await begin();
      if (policy === 'required') {
        await expect(remove(by)).rejects.toMatchObject({ code: 'identity.second_factor_compulsory' });
        return;
      }
      await remove(by);
      expect([await stateOf(pending), await stateOf(by), await stateOf(await begin())]).toEqual([
        'ended',
        'none',
        'none',
      ]);
    });

    it('wants a sign-in a short while ago', async () => {
      const { by } = await enrolled();
      spec.service.clock.advance(600_001);
      await expect(remove(by)).rejects.toMatchObject({ code: 'identity.sign_in_again' });
    });
  });

  describe('reset by a colleague', () => {
    const reset = (staffId: StaffCaller['staffId'], session = {}) =>
      spec.service.call(identity.resetSecondFactor, 'shared', { staffId }, spec.staff, { session });
    const idOf = ({ caller }: SignedIn) => (caller as StaffCaller).staffId;

    it('the member’s sessions end, and what they had is worth nothing', async () => {
      const { by, authenticator, recoveryCodes } = await enrolled();
      const pending = await begin();
      await reset(idOf(by));
      expect([await stateOf(by), await stateOf(pending)]).toEqual(['ended', 'ended']);
      await expect(present(pending, authenticator.code())).rejects.toMatchObject({ code: 'session_expired' });
      const again = await begin();
      expect(await stateOf(again)).toBe(policy === 'required' ? 'enrol' : 'none');
      await enrol(again);
      spec.service.clock.advance(aStep);
      await expect(present(await begin(), recoveryCodes[0] ?? '')).rejects.toMatchObject(wrongCode);
    });

    it('in the middle of presenting a code: the session has ended', async () => {
      const { by, authenticator } = await enrolled();
      const pending = await begin();
      const result = await overtaken(
        spec.service,
        async (admin) => {
          await admin.query('select from identity.staff where id = $1 for update', [idOf(by)]);
          await admin.query('delete from identity.staff_sessions where staff_id = $1', [idOf(by)]);
          await admin.query('delete from identity.second_factors where staff_id = $1', [idOf(by)]);
        },
        () => present(pending, authenticator.code()),
      );
      expect(result).toMatchObject({ status: 'rejected', reason: { code: 'session_expired' } });
    });

    it('not one’s own, not by a reviewer, not of nobody, not without a sign-in a short while ago', async () => {
      await expect(reset(spec.staff.staffId)).rejects.toMatchObject({ code: 'identity.own_second_factor' });
      await expect(reset(anId())).rejects.toMatchObject({ code: 'not_found' });
      await expect(reset(anId(), { signedInRecently: false })).rejects.toMatchObject({
        code: 'identity.sign_in_again',
      });
      const { id: staffId } = await member('reviewer');
      const rosa: StaffCaller = { ...spec.staff, staffId, role: 'reviewer' };
      await expect(spec.call(identity.resetSecondFactor, 'shared', { staffId }, rosa)).rejects.toMatchObject({
        code: 'forbidden',
      });
    });
  });
});
