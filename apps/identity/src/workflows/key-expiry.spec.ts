import { environments, identity, type Environment, type KeyId, type PersonCaller } from '#libs/contracts';
import { until } from '#libs/testing';
import { IdentitySpec } from '../spec-support/identity-spec';
import { KeyExpiry } from './key-expiry';

const daySeconds = 86_400;

describe('a key that expires', () => {
  let spec: IdentitySpec;

  beforeAll(async () => {
    spec = await IdentitySpec.open();
  });
  afterAll(() => spec.close());

  const inSeconds = (seconds: number) => new Date(spec.service.clock.now() + seconds * 1_000).toISOString();
  const setExpiry = (person: PersonCaller, keyId: KeyId, expiresAt: string | null) =>
    spec.call(identity.setKeyExpiry, person.environment, { keyId, expiresAt }, person);
  /** As if time had passed; the worker goes by the database's clock. */
  const pass = (keyId: string, seconds: number) =>
    spec.service.admin.query(
      `with key as (update identity.access_keys set expires_at = expires_at - make_interval(secs => $2) where id = $1)
       update identity.key_expiries set expires_at = expires_at - make_interval(secs => $2),
         next_attempt_at = next_attempt_at - make_interval(secs => $2) where id = $1`,
      [keyId, seconds],
    );
  const rowOf = async (keyId: string) => {
    const { rows } = await spec.service.admin.query<{ next_days: number; lease_until: Date | null }>(
      'select * from identity.key_expiries where id = $1',
      [keyId],
    );
    return rows[0];
  };
  /** What was told, once the worker has nothing more to do with it now. */
  const notices = async (keyId: string) => {
    await until('the worker to be done with it', async () => {
      const { rows } = await spec.service.admin.query(
        'select 1 from identity.key_expiries where id = $1 and (next_attempt_at <= now() or lease_until > now())',
        [keyId],
      );
      return rows.length === 0;
    });
    return (await spec.service.published())
      .filter(({ subject, type }) => subject === keyId && type.includes('.key-expir'))
      .map(({ type, data }) => (type.includes('expired') ? 'expired' : data['daysLeft']));
  };
  const expiring = async (seconds: number, environment: Environment = 'production') => {
    const partner = await spec.registerReady();
    let { person } = partner;
    if (environment === 'sandbox') {
      person = await spec.openActiveSandbox(partner);
      await spec.call(identity.setApiAccess, 'sandbox', { enabled: true }, person);
    }
    const key = await spec.makeKey(person);
    await setExpiry(person, key.id, inSeconds(seconds));
    return { person, key };
  };

  it.each(environments)(
    'B50: is told of 30, 7 and 1 days before, and when it has expired, once each: %s',
    async (environment) => {
      const { key } = await expiring(31 * daySeconds, environment);
      expect(await notices(key.id)).toEqual([]);
      await pass(key.id, daySeconds);
      expect(await notices(key.id)).toEqual([30]);
      await pass(key.id, 23 * daySeconds);
      expect(await notices(key.id)).toEqual([30, 7]);
      await pass(key.id, 6 * daySeconds);
      expect(await notices(key.id)).toEqual([30, 7, 1]);
      await pass(key.id, daySeconds);
      expect(await notices(key.id)).toEqual([30, 7, 1, 'expired']);
      expect(await rowOf(key.id)).toBeUndefined();
      const acts = (await spec.service.acts()).filter(({ targets }) => targets['keyId'] === key.id);
      expect(acts.at(-1)).toMatchObject({ action: 'identity.expire-key', by: { kind: 'system', id: null } });
    },
  );

  it('B23: shows the state that is in force, whether or not anything has been told of it', async () => {
    const { person, key } = await expiring(3_600);
    const shown = () => spec.call(identity.getKey, 'production', { keyId: key.id }, person);
    expect(await shown()).toMatchObject({ state: 'active' });
    const then = spec.service.clock.now() + 3_600_000;
    const clock = jest.spyOn(spec.service.clock, 'now').mockImplementation(() => then);
    expect(await shown()).toMatchObject({ state: 'expired' });
    clock.mockRestore();
    expect(await notices(key.id)).toEqual([]);
  });

  it('that nobody was there to tell of is told the last of it, and no number of days that is wrong', async () => {
    const { key } = await expiring(60 * daySeconds);
    await pass(key.id, 55 * daySeconds);
    expect(await notices(key.id)).toEqual([7]);
    await pass(key.id, 10 * daySeconds);
    expect(await notices(key.id)).toEqual([7, 'expired']);
  });

  it('is told of once by two copies, and again where one died before it could write down that it was done', async () => {
    const { key } = await expiring(31 * daySeconds);
    await pass(key.id, 2 * daySeconds);
    expect(await notices(key.id)).toEqual([30]);
    // The attempt that was told of by its transaction, and by nothing after it.
    await spec.service.admin.query('update identity.key_expiries set next_attempt_at = now() where id = $1', [key.id]);
    const work = { id: key.id, partner_id: await partnerOf(key.id) };
    const again = spec.service.get(KeyExpiry) as unknown as {
      attempt(environment: Environment, row: object): Promise<unknown>;
    };
    await Promise.all([again.attempt('production', work), again.attempt('production', work)]);
    expect(await notices(key.id)).toEqual([30]);
  });
  const partnerOf = async (keyId: string) =>
    (
      await spec.service.admin.query<{ partner_id: string }>(
        'select partner_id from identity.key_expiries where id = $1',
        [keyId],
      )
    ).rows[0]?.partner_id;

  it('is told of anew where it is to expire at another time, and not at all where it no longer is', async () => {
    const { person, key } = await expiring(31 * daySeconds);
    await pass(key.id, daySeconds);
    expect(await notices(key.id)).toEqual([30]);
    await setExpiry(person, key.id, inSeconds(40 * daySeconds));
    await pass(key.id, 11 * daySeconds);
    expect(await notices(key.id)).toEqual([30, 30]);
    await setExpiry(person, key.id, null);
    expect(await rowOf(key.id)).toBeUndefined();
  });

  it('and is deleted, or regenerated on a plan without a lifetime, is told of no more', async () => {
    const { person, key } = await expiring(31 * daySeconds);
    await spec.call(identity.regenerateKey, 'production', { keyId: key.id, revokeTokens: false }, person);
    expect(await rowOf(key.id)).toBeUndefined();
    await setExpiry(person, key.id, inSeconds(daySeconds));
    await spec.call(identity.deleteKey, 'production', { keyId: key.id, revokeTokens: false }, person);
    expect(await rowOf(key.id)).toBeUndefined();
  });

  it('by a copy that knows of no expiry, leaves a row that nothing comes of', async () => {
    const { key } = await expiring(31 * daySeconds);
    await spec.service.admin.query('update identity.access_keys set deleted_at = now() where id = $1', [key.id]);
    await pass(key.id, 40 * daySeconds);
    expect(await notices(key.id)).toEqual([]);
    expect(await rowOf(key.id)).toBeUndefined();
  });

  it('ends tokens that were made when it was to expire later', async () => {
    const { key } = await expiring(daySeconds);
    const ended = await spec.endedBy('production', async () => {
      await pass(key.id, daySeconds);
      expect(await notices(key.id)).toContain('expired');
    });
    expect(ended).toEqual([['key', key.id]]);
  });
});
