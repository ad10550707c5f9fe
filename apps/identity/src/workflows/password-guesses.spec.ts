import { identity } from '#libs/contracts';
import { Purge } from '#libs/events';
import { anybody, until } from '#libs/testing';
import { firstAdmin, IdentitySpec, password, type KnownPartner } from '../spec-support/identity-spec';
import { Passwords } from '../secrets/passwords';

const wrong = 'a wrong password, long enough';
const address = '192.0.2.7';

describe('guessing passwords', () => {
  let spec: IdentitySpec;
  let partner: KnownPartner;

  beforeAll(async () => {
    spec = await IdentitySpec.open({ SLIPWAY_FAILURES_PER_ADDRESS: '25' });
    partner = await spec.register();
  });
  afterAll(() => spec.close());
  beforeEach(() => spec.service.admin.query('delete from identity.attempts'));

  interface Given {
    username?: string;
    domain?: string;
    password?: string;
    device?: string;
    from?: string;
  }

  const signIn = ({ from, ...given }: Given = {}) => {
    const credentials = { username: 'ada', domain: partner.domain, password, ...given };
    return spec.service.call(identity.signIn, 'production', credentials, anybody, { address: from ?? address });
  };
  const signInStaff = (given: { email?: string; password?: string; device?: string } = {}) =>
    spec.service.call(identity.signInStaff, 'shared', { ...firstAdmin, ...given }, anybody, { address });
  /** What a failing call says, and for how long to wait. */
  const refusalOf = async (call: Promise<unknown>) => {
    const error = (await call.then(
      () => ({ code: 'none' }),
      (thrown: unknown) => thrown,
    )) as { code: string; message: string; retryAfterSeconds?: number };
    return { code: error.code, message: error.message, retryAfterSeconds: error.retryAfterSeconds };
  };
  const codeOf = async (call: Promise<unknown>) => (await refusalOf(call)).code;
  /** One after the other, so that each sees what the one before has left. */
  const repeatedly = async (times: number, attempt: () => Promise<unknown>) => {
    const codes: string[] = [];
    for (let index = 0; index < times; index += 1) codes.push(await codeOf(attempt()));
    return codes;
  };
  const tenRefused = Array.from({ length: 10 }, () => 'identity.wrong_credentials');

  it('after ten failures the right password is refused as well, with when to try again', async () => {
    expect(await repeatedly(10, () => signIn({ password: wrong }))).toEqual(tenRefused);
    expect(await refusalOf(signIn())).toEqual({
      code: 'identity.too_many_failures',
      message: 'Too many attempts have failed. Wait before you try again.',
      retryAfterSeconds: 30,
    });
  });

  it('B4: somebody unknown, and an unknown domain, are counted and answered alike', async () => {
    const refusalsOf = async (given: Given) => {
      const refusals: object[] = [];
      for (let index = 0; index < 12; index += 1) refusals.push(await refusalOf(signIn({ ...given, password: wrong })));
      return refusals;
    };
    const known = await refusalsOf({ from: '192.0.2.1' });
    expect(await refusalsOf({ username: 'nobody', from: '192.0.2.2' })).toEqual(known);
    expect(await refusalsOf({ domain: 'nobody.example', from: '192.0.2.3' })).toEqual(known);
  });

  it('each further failure doubles the wait, up to the longest; nothing counts meanwhile', async () => {
    await repeatedly(10, () => signIn({ password: wrong }));
    for (const seconds of [30, 60, 120, 240, 480, 900, 900]) {
      expect((await refusalOf(signIn({ password: wrong }))).retryAfterSeconds).toBe(seconds);
      spec.service.clock.advance(seconds * 1_000);
      expect(await codeOf(signIn({ password: wrong }))).toBe('identity.wrong_credentials');
    }
    spec.service.clock.advance(900_000);
    expect(await codeOf(signIn())).toBe('none');
  });

  it('failures that are old enough do not count', async () => {
    await repeatedly(9, () => signIn({ password: wrong }));
    spec.service.clock.advance(900_000);
    expect(await repeatedly(9, () => signIn({ password: wrong }))).toEqual(tenRefused.slice(1));
    expect(await codeOf(signIn())).toBe('none');
  });

  it('right ones do not count, however many', async () => {
    const codes = await Promise.all(Array.from({ length: 12 }, () => codeOf(signIn())));
    expect(new Set(codes)).toEqual(new Set(['none']));
    const { rows } = await spec.service.admin.query('select from identity.attempts');
    expect(rows).toHaveLength(0);
  });

  it('at once: no more are compared than one after the other', async () => {
    const codes = await Promise.all(Array.from({ length: 30 }, () => codeOf(signIn({ password: wrong }))));
    expect(codes.filter((code) => code === 'identity.wrong_credentials')).toHaveLength(10);
    expect(codes.filter((code) => code === 'identity.too_many_failures')).toHaveLength(20);
  });

  it('whoever has a device that is known for them has their turn among the known', async () => {
    const { device } = await signIn();
    const turns = jest.spyOn(spec.service.get(Passwords), 'inTurn');
    await signIn({ device: device.token });
    await signIn({ device: 'planted' });
    await signIn();
    expect(turns.mock.calls.map(([{ isKnown }]) => isKnown)).toEqual([true, false, false]);
    turns.mockRestore();
  });

  it('whoever has to wait costs no Argon2, and takes nobody’s place', async () => {
    await repeatedly(10, () => signIn({ password: wrong }));
    const turns = jest.spyOn(spec.service.get(Passwords), 'inTurn');
    expect(await codeOf(signIn({ password: wrong }))).toBe('identity.too_many_failures');
    expect(turns).not.toHaveBeenCalled();
    turns.mockRestore();
  });

  it('staff: the same, by e-mail address; and people are none of it', async () => {
    expect(await repeatedly(10, () => signInStaff({ password: wrong }))).toEqual(tenRefused);
    expect(await codeOf(signInStaff())).toBe('identity.too_many_failures');
    expect(await codeOf(signIn())).toBe('none');
  });

  describe('where somebody has signed in before', () => {
    it('they get in while a stranger guesses, and the stranger does not', async () => {
      const { device } = await signIn();
      await repeatedly(11, () => signIn({ password: wrong }));
      expect(await codeOf(signIn({ device: device.token }))).toBe('none');
      expect(await codeOf(signIn())).toBe('identity.too_many_failures');
      const staff = await signInStaff();
      await repeatedly(11, () => signInStaff({ password: wrong }));
      expect(await codeOf(signInStaff({ device: staff.device.token }))).toBe('none');
      expect(await codeOf(signInStaff())).toBe('identity.too_many_failures');
    });

    it('failures count as well, apart', async () => {
      const { device } = await signIn();
      expect(await repeatedly(10, () => signIn({ password: wrong, device: device.token }))).toEqual(tenRefused);
      expect(await codeOf(signIn({ device: device.token }))).toBe('identity.too_many_failures');
      expect(await codeOf(signIn())).toBe('none');
    });

    it('is known for nobody else', async () => {
      const another = await spec.register();
      const { device } = await signIn({ domain: another.domain });
      await repeatedly(10, () => signIn({ password: wrong }));
      expect(await codeOf(signIn({ device: device.token }))).toBe('identity.too_many_failures');
    });

    it('what was put there by somebody else is never known', async () => {
      const planted = 'slpd_planted';
      const { device } = await signIn({ device: planted });
      expect(device.token).not.toBe(planted);
      await repeatedly(10, () => signIn({ password: wrong }));
      expect(await codeOf(signIn({ device: planted }))).toBe('identity.too_many_failures');
    });

    it('for as many days as the setting says, from the last time', async () => {
      const { device } = await signIn();
      const days = 86_400_000;
      spec.service.clock.advance(179 * days);
      expect((await signIn({ device: device.token })).device).toEqual({ token: device.token, expiresIn: 180 * 86_400 });
      spec.service.clock.advance(179 * days);
      expect((await signIn({ device: device.token })).device.token).toBe(device.token);
      spec.service.clock.advance(180 * days);
      expect((await signIn({ device: device.token })).device.token).not.toBe(device.token);
    });

    it('is stored hashed, and programs that keep none do not drive out the browsers', async () => {
      const { device } = await signIn();
      await signIn({ device: device.token });
      for (let index = 0; index < 12; index += 1) await signIn();
      expect((await signIn({ device: device.token })).device.token).toBe(device.token);
      const { rows } = await spec.service.admin.query('select token_hash from identity.devices where person_id = $1', [
        partner.person.personId,
      ]);
      expect(rows.length).toBeLessThanOrEqual(20);
      const everything = await spec.service.admin.query('select d::text from identity.devices d');
      expect(JSON.stringify(everything.rows)).not.toContain(device.token);
    });
  });

  describe('from one address', () => {
    const fail = (index: number, from?: string) =>
      codeOf(signIn({ username: `nobody${index}`, password: wrong, from }));
    const failTimes = (times: number) => Promise.all(Array.from({ length: times }, (_, index) => fail(index)));

    it('so many failures a minute, by whatever names; then strangers wait there, and nobody elsewhere', async () => {
      const { device } = await signIn();
      await failTimes(25);
      expect(await refusalOf(signIn())).toMatchObject({ code: 'identity.too_many_failures' });
      expect(await codeOf(signInStaff())).toBe('identity.too_many_failures');
      expect(await codeOf(signIn({ device: device.token }))).toBe('none');
      expect(await codeOf(signIn({ from: '192.0.2.8' }))).toBe('none');
      spec.service.clock.advance(60_000);
      expect(await codeOf(signIn())).toBe('none');
    });

    it('all of an IPv6 network is one', async () => {
      await Promise.all(Array.from({ length: 25 }, (_, index) => fail(index, `2001:db8::${index.toString(16)}`)));
      expect(await codeOf(signIn({ from: '2001:db8::ffff' }))).toBe('identity.too_many_failures');
      expect(await codeOf(signIn({ from: '2001:db8:0:1::1' }))).toBe('none');
    });
  });

  it('what no longer counts is removed, and names are kept as keyed hashes', async () => {
    await signIn({ username: 'invented', password: wrong }).catch(() => undefined);
    const { rows } = await spec.service.admin.query('select a::text from identity.attempts a');
    expect(rows).toHaveLength(2);
    expect(JSON.stringify(rows)).not.toMatch(/invented|192\.0\.2/);
    for (const left of [2, 1, 0]) {
      await spec.service.get(Purge).inScope('shared');
      expect((await spec.service.admin.query('select from identity.attempts')).rows).toHaveLength(left);
      // Postgres does not follow the clock of this spec. The address counts for a shorter time than the name.
      await spec.service.admin.query(`update identity.attempts set expires_at = now() - interval '2 minutes'
        where expires_at = (select min(expires_at) from identity.attempts)`);
    }
  });
});

describe('the address of a failure', () => {
  it('is recorded as a keyed hash where the setting says so, the same each time', async () => {
    const spec = await IdentitySpec.open({ SLIPWAY_FAILURE_ADDRESSES: 'hashed' });
    try {
      const credentials = { ...firstAdmin, password: wrong };
      const attempt = () =>
        spec.service.call(identity.signInStaff, 'shared', credentials, anybody, { address }).catch(() => undefined);
      const refused = async () => (await spec.service.acts()).filter(({ outcome }) => outcome === 'refused');
      await attempt();
      await until('the failure to be recorded', async () => (await refused()).length === 1);
      expect(await refused()).toMatchObject([
        { targets: { staffId: spec.staff.staffId }, address: expect.stringMatching(/^hmac:[\w-]{22}$/) as string },
      ]);
    } finally {
      await spec.close();
    }
  });
});
