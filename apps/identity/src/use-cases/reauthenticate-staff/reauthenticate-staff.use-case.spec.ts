import { identity, type PartnerId, type StaffId } from '#libs/contracts';
import { anId, anybody, refusals } from '#libs/testing';
import { Authenticator } from '../../spec-support/authenticator';
import { firstAdmin, IdentitySpec, type SignedIn } from '../../spec-support/identity-spec';

const { password } = firstAdmin;
const wrong = 'a wrong password, long enough';
const tenMinutes = 600_000;

describe('signing in again for what cannot be undone', () => {
  let spec: IdentitySpec;
  let email: string;
  let by: SignedIn;

  beforeAll(async () => {
    spec = await IdentitySpec.open();
  });
  afterAll(() => spec.close());
  beforeEach(async () => {
    email = `rosa-${anId()}@provider.example`;
    const rosa = { email, displayName: 'Rosa', role: 'admin' as const, password };
    await spec.call(identity.createStaff, 'shared', rosa, spec.staff);
    by = await spec.beginStaff({ email, password });
  });

  const again = (request: { password: string; code?: string }) =>
    spec.callIn(identity.reauthenticateStaff, by, request);
  const act = () => {
    const rosa = { email: `${anId()}@provider.example`, displayName: 'Rosa', role: 'reviewer' as const, password };
    return spec.callIn(identity.createStaff, by, rosa);
  };
  const enrol = async () => {
    const { uri } = await spec.callIn(identity.startSecondFactor, by, {});
    const authenticator = new Authenticator(uri ?? '', spec.service.clock);
    await spec.callIn(identity.confirmSecondFactor, by, { code: authenticator.code() });
    return authenticator;
  };
  const tooLate = { code: 'identity.sign_in_again' };

  it('it is possible for ten minutes, then with the password, for ten more', async () => {
    spec.service.clock.advance(tenMinutes - 5_000);
    await act();
    spec.service.clock.advance(5_001);
    await expect(act()).rejects.toMatchObject(tooLate);
    await again({ password });
    await act();
    spec.service.clock.advance(tenMinutes);
    await expect(act()).rejects.toMatchObject(tooLate);
  });

  it('what can be undone goes on; reading does', async () => {
    spec.service.clock.advance(tenMinutes + 1);
    await spec.callIn(identity.listStaff, by, { limit: 10 });
    const { person } = await spec.register();
    await spec.callIn(identity.updatePartner, by, { partnerId: person.partnerId, programme: 'other' });
  });

  it.each([
    ['a role', () => spec.callIn(identity.updateStaff, by, { staffId: anId<StaffId>(), role: 'admin' })],
    ['a suspension', () => spec.callIn(identity.suspendPartner, by, { partnerId: anId<PartnerId>(), notes: null })],
    ['a colleague’s second factor', () => spec.callIn(identity.resetSecondFactor, by, { staffId: anId<StaffId>() })],
    [
      'a rescue',
      () =>
        spec.callIn(identity.rescuePerson, by, {
          partnerId: anId<PartnerId>(),
          environment: 'sandbox',
          username: 'ada',
        }),
    ],
  ])('%s wants it', async (_what, attempt) => {
    spec.service.clock.advance(tenMinutes + 1);
    await expect(attempt()).rejects.toMatchObject(tooLate);
    await again({ password });
    await expect(attempt()).rejects.toMatchObject({ code: 'not_found' });
  });

  it('whoever has a second factor gives its code as well', async () => {
    const authenticator = await enrol();
    spec.service.clock.advance(tenMinutes + 1);
    await expect(again({ password })).rejects.toMatchObject({
      code: 'invalid_request',
      fields: [{ pointer: '/code' }],
    });
    await expect(again({ password, code: '000000' })).rejects.toMatchObject({ code: 'identity.wrong_code' });
    await expect(again({ password: wrong, code: authenticator.code() })).rejects.toMatchObject({
      code: 'identity.wrong_password',
    });
    await expect(act()).rejects.toMatchObject(tooLate);
    await again({ password, code: authenticator.code() });
    await act();
  });

  it('it renews this session alone', async () => {
    const there = await spec.beginStaff({ email, password });
    spec.service.clock.advance(tenMinutes + 1);
    await again({ password });
    expect((await spec.authenticatedStaff(there.accessToken))?.session.signedInRecently).toBe(false);
    expect((await spec.authenticatedStaff(by.accessToken))?.session.signedInRecently).toBe(true);
  });

  it('the fifth wrong password ends the session, also among many at once', async () => {
    const attempts = await Promise.allSettled(Array.from({ length: 7 }, () => again({ password: wrong })));
    const codes = refusals(attempts).map((error) => (error as { code: string }).code);
    expect(codes.filter((code) => code === 'identity.wrong_password')).toHaveLength(5);
    expect(await spec.authenticatedStaff(by.accessToken)).toBeUndefined();
    await expect(again({ password })).rejects.toMatchObject({ code: 'session_expired' });
  });

  it('no session, or one of nobody, renews nothing', async () => {
    const request = { password };
    await expect(
      spec.service.call(identity.reauthenticateStaff, 'shared', request, spec.staff, { session: { id: anId() } }),
    ).rejects.toMatchObject({ code: 'session_expired' });
    await expect(spec.call(identity.reauthenticateStaff, 'shared', request, anybody)).rejects.toMatchObject({
      code: 'not_signed_in',
    });
  });
});
