import { identity } from '#libs/contracts';
import { anybody } from '#libs/testing';
import { Authenticator } from '../spec-support/authenticator';
import { firstAdmin, IdentitySpec, password } from '../spec-support/identity-spec';
import { AdminReset } from './admin-reset';
import { LoginCheck } from './login-check';

describe('a new password from whoever runs the installation', () => {
  let spec: IdentitySpec;
  const second = { email: 'second@provider.example', displayName: 'Rosa', role: 'admin' as const, password };

  beforeEach(async () => {
    spec = await IdentitySpec.open({ SLIPWAY_FAILURES_MAX: '1' });
    await spec.call(identity.createStaff, 'shared', second, spec.staff);
  });
  afterEach(() => spec.close());

  const reset = (which: Parameters<AdminReset['reset']>[0] = {}) => spec.service.get(AdminReset).reset(which);
  const signIn = (credentials: { email: string; password: string }) =>
    spec.call(identity.signInStaff, 'shared', credentials, anybody);
  const wrong = { code: 'identity.wrong_credentials' };

  it('is the first administrator’s, holds at once, and the one before does not', async () => {
    const given = await reset();
    expect(given).toEqual({ email: firstAdmin.email, password: expect.stringMatching(/^[\w-]{20}$/) as string });
    expect(await signIn(given)).toMatchObject({ staff: { email: firstAdmin.email, role: 'admin' } });
    await expect(signIn(firstAdmin)).rejects.toMatchObject(wrong);
  });

  it('is that of whoever is named, and nobody else’s', async () => {
    const given = await reset({ email: 'Second@Provider.example' });
    expect(given.email).toBe(second.email);
    await signIn(given);
    await signIn(firstAdmin);
  });

  it('ends their sessions', async () => {
    const { accessToken } = await signIn(firstAdmin);
    await reset();
    expect(await spec.authenticatedStaff(accessToken)).toBeUndefined();
  });

  it('ends the wait that failures at their name have brought', async () => {
    await expect(signIn({ ...firstAdmin, password: 'not the password' })).rejects.toMatchObject(wrong);
    await expect(signIn(firstAdmin)).rejects.toMatchObject({ code: 'identity.too_many_failures' });
    await signIn(await reset());
  });

  it('leaves the second factor, unless that is lost as well', async () => {
    const session = await spec.beginStaff();
    const { uri } = await spec.callIn(identity.startSecondFactor, session, {});
    const code = new Authenticator(uri ?? '', spec.service.clock).code();
    await spec.callIn(identity.confirmSecondFactor, session, { code });
    expect(await signIn(await reset())).toMatchObject({ secondFactor: 'required' });
    expect(await signIn(await reset({ secondFactor: true }))).toMatchObject({ secondFactor: 'none' });
  });

  it('is in the audit as made by the system, without the password', async () => {
    const given = await reset({ secondFactor: true });
    const last = (await spec.service.acts()).at(-1);
    expect(last).toMatchObject({
      scope: 'shared',
      by: { kind: 'system', id: null },
      action: 'identity.reset-admin',
      targets: { staffId: spec.staff.staffId, secondFactor: true },
    });
    expect(JSON.stringify(last)).not.toContain(given.password);
  });

  it.each(['nobody@provider.example', 'rosa@provider.example'])(
    'is not for %s, who is no administrator, and says who is',
    async (email) => {
      const reviewer = { ...second, email: 'rosa@provider.example', role: 'reviewer' as const };
      await spec.call(identity.createStaff, 'shared', reviewer, spec.staff);
      await expect(reset({ email })).rejects.toThrow(
        `No administrator has the e-mail address ${email}; there are ${firstAdmin.email}, ${second.email}.`,
      );
    },
  );

  it('passes over an administrator who is switched off', async () => {
    await spec.service.admin.query('update identity.staff set active = false where email = $1', [firstAdmin.email]);
    expect(await reset()).toMatchObject({ email: second.email });
    await expect(reset({ email: firstAdmin.email })).rejects.toThrow('there are second@provider.example.');
  });

  it('shows which logins still hold, and no check counts as a guess', async () => {
    const { domain } = await spec.register();
    const holds = (name: string, of: 'staff' | 'partner', given = password) =>
      spec.service.get(LoginCheck).holds({ name, of, password: given });
    expect(await holds(firstAdmin.email, 'staff', firstAdmin.password)).toBe(true);
    expect(await holds(`ada@${domain}`, 'partner')).toBe(true);
    await reset();
    for (let times = 0; times < 3; times += 1)
      expect(await holds(firstAdmin.email, 'staff', firstAdmin.password)).toBe(false);
    expect(await holds(`ada@${domain}`, 'partner', 'another password')).toBe(false);
    expect(await holds(`bob@${domain}`, 'partner')).toBe(false);
    expect(await holds('ada@nobody.example', 'partner')).toBe(false);
    await expect(signIn(firstAdmin)).rejects.toMatchObject(wrong);
  });
});
