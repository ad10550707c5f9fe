import { fenceMs, identity, type PersonCaller } from '#libs/contracts';
import { anApp, anybody, until } from '#libs/testing';
import { newApplicationId, newSecret } from '../../domain/credentials';
import { IdentitySpec } from '../../spec-support/identity-spec';
import { Attempts } from '../../storage/attempts.repository';
import { KeyLoader } from '../../storage/key-loader';
import { KeyExpiry } from '../../workflows/key-expiry';

describe('verifying an access key', () => {
  let spec: IdentitySpec;

  beforeAll(async () => {
    spec = await IdentitySpec.open();
  });
  afterAll(() => spec.close());

  const verifyOwn = (key: Pick<identity.Key, 'id'>, person: PersonCaller) =>
    spec.call(identity.verifyOwnKey, person.environment, { keyId: key.id }, person);

  describe('good', () => {
    it('B17: says all that a token is made with', async () => {
      const { person, partnerId, domain } = await spec.registerReady();
      const key = await spec.makeKey(person);
      const verdict = {
        verdict: 'good',
        fenceMs,
        key: {
          applicationId: key.applicationId,
          keyId: key.id,
          partnerId,
          accountId: person.accountId,
          subscriptionId: key.subscriptionId,
          productId: spec.productId,
          domain,
          epoch: expect.any(Number),
        },
      };
      expect(await spec.verify('production', key)).toEqual(verdict);
      expect(await verifyOwn(key, person)).toEqual(verdict);
    });

    it('many at once: each is answered for itself', async () => {
      const one = await spec.registerReady();
      const two = await spec.registerReady();
      const keys = [await spec.makeKey(one.person), await spec.makeKey(two.person)];
      const stranger = { applicationId: newApplicationId('production'), applicationSecret: newSecret('production') };
      const verdicts = await Promise.all([...keys, stranger, ...keys].map((pair) => spec.verify('production', pair)));
      expect(verdicts.map((verdict) => (verdict.verdict === 'good' ? verdict.key.keyId : verdict.verdict))).toEqual([
        ...keys.map(({ id }) => id),
        'unknown',
        ...keys.map(({ id }) => id),
      ]);
    });
  });

  describe('unknown', () => {
    it('a wrong secret, another key’s secret, an unknown application ID and what is none: the same answer', async () => {
      const { person } = await spec.registerReady();
      const { applicationId } = await spec.makeKey(person);
      const { applicationSecret: anothers } = await spec.makeKey(person);
      const pairs = [
        { applicationId, applicationSecret: newSecret('production') },
        { applicationId, applicationSecret: anothers },
        { applicationId, applicationSecret: '' },
        { applicationId: newApplicationId('production'), applicationSecret: newSecret('production') },
        { applicationId: 'anything', applicationSecret: 'anything' },
      ];
      for (const pair of pairs) expect(await spec.verify('production', pair)).toEqual({ verdict: 'unknown' });
    });

    it('one that Postgres would not take spoils none that is verified beside it', async () => {
      const { person } = await spec.registerReady();
      const key = await spec.makeKey(person);
      const odd = { applicationId: 'app_live_\0', applicationSecret: 'secret' };
      expect(await Promise.allSettled([spec.verify('production', odd), spec.verify('production', key)])).toMatchObject([
        { reason: { code: 'invalid_request' } },
        { value: { verdict: 'good' } },
      ]);
    });

    it('a deleted key', async () => {
      const { person } = await spec.registerReady();
      const key = await spec.makeKey(person);
      await spec.call(identity.deleteKey, 'production', { keyId: key.id, revokeTokens: false }, person);
      expect(await spec.verify('production', key)).toEqual({ verdict: 'unknown' });
      expect(await verifyOwn(key, person)).toEqual({ verdict: 'unknown' });
    });

    it('B3: a key of the other environment', async () => {
      const { person } = await spec.registerReady();
      const key = await spec.makeKey(person);
      expect(await spec.verify('sandbox', key)).toEqual({ verdict: 'unknown' });
    });

    it('B31: to somebody who is removed meanwhile: after the key was read they are looked for once more', async () => {
      const { person, domain } = await spec.registerReady();
      const colleague = await spec.colleague(person, domain, 'grace', 'developer');
      const key = await spec.makeKey(person);
      const loader = spec.service.get(KeyLoader);
      const load = loader.load.bind(loader);
      const spy = jest.spyOn(loader, 'load').mockImplementation(async (...which) => {
        const found = await load(...which);
        await spec.call(identity.removePerson, 'production', { personId: colleague.personId }, person);
        return found;
      });
      expect(await verifyOwn(key, colleague)).toEqual({ verdict: 'unknown' });
      spy.mockRestore();
    });

    it('B31: somebody else’s key, to a person signed in', async () => {
      const { person } = await spec.registerReady();
      const key = await spec.makeKey(person);
      const { person: stranger } = await spec.registerReady();
      expect(await verifyOwn(key, stranger)).toEqual({ verdict: 'unknown' });
    });
  });

  describe('B12: API access is off', () => {
    it('is told to whoever has the secret, and to nobody else', async () => {
      const { person } = await spec.registerReady();
      const key = await spec.makeKey(person);
      await spec.call(identity.setApiAccess, 'production', { enabled: false }, person);
      expect(await spec.verify('production', key)).toEqual({ verdict: 'api_access_off' });
      expect(await verifyOwn(key, person)).toEqual({ verdict: 'api_access_off' });
      const guessed = { ...key, applicationSecret: newSecret('production') };
      expect(await spec.verify('production', guessed)).toEqual({ verdict: 'unknown' });
    });
  });

  describe('B10: not eligible', () => {
    it('with every reason, before API access is looked at, and only to whoever has the secret', async () => {
      const { person, partnerId } = await spec.registerReady();
      const key = await spec.makeKey(person);
      await spec.call(identity.setApiAccess, 'production', { enabled: false }, person);
      const change = { partnerId, verified: false, type: 'other' };
      await spec.call(identity.updatePartner, 'shared', change, spec.staff);
      await spec.call(identity.suspendPartner, 'shared', { partnerId, notes: null }, spec.staff);
      const verdict = { verdict: 'not_eligible', reasons: ['unverified', 'type_not_eligible', 'suspended'] };
      expect(await spec.verify('production', key)).toEqual(verdict);
      expect(await verifyOwn(key, person)).toEqual(verdict);
      const guessed = { ...key, applicationSecret: newSecret('production') };
      expect(await spec.verify('production', guessed)).toEqual({ verdict: 'unknown' });
    });

    it('where the rules of one environment name it and those of the other do not', async () => {
      const partner = await spec.registerReady();
      const sandbox = await spec.openActiveSandbox(partner);
      await spec.call(identity.setApiAccess, 'sandbox', { enabled: true }, sandbox);
      const keys = { production: await spec.makeKey(partner.person), sandbox: await spec.makeKey(sandbox) };
      const change = { environment: 'production' as const, rules: [] };
      await spec.call(identity.setEligibilityRules, 'shared', change, spec.staff);
      expect(await spec.verify('production', keys.production)).toMatchObject({ verdict: 'not_eligible' });
      expect(await spec.verify('sandbox', keys.sandbox)).toMatchObject({ verdict: 'good' });
    });
  });

  it('refused to whoever is no service of ours', async () => {
    const request = { applicationId: newApplicationId('production'), secret: 'secret' };
    await expect(spec.call(identity.verifyKey, 'production', request, anybody)).rejects.toMatchObject({
      code: 'not_signed_in',
    });
    expect(await spec.call(identity.verifyKey, 'production', request, anApp('tokens'))).toEqual({ verdict: 'unknown' });
  });
});

describe('guessing secrets of keys', () => {
  let spec: IdentitySpec;

  beforeAll(async () => {
    spec = await IdentitySpec.open({ SLIPWAY_FAILURES_PER_ADDRESS: '40' });
    // It looks for itself every second, and statements are counted here.
    await spec.service.get(KeyExpiry).beforeApplicationShutdown();
  });
  afterAll(() => spec.close());
  beforeEach(() => spec.service.admin.query('delete from identity.attempts'));

  const verify = (applicationId: string, secret: string, address = '192.0.2.7') =>
    spec.service.call(identity.verifyKey, 'production', { applicationId, secret }, anApp('tokens'), { address });
  const guess = (applicationId: string, address?: string) =>
    verify(applicationId, newSecret('production'), address).then(
      ({ verdict }) => ({ verdict }),
      ({ code, message, retryAfterSeconds }: Record<string, unknown>) => ({ code, message, retryAfterSeconds }),
    );
  const guesses = async (times: number, applicationId: string) => {
    const replies: object[] = [];
    for (let index = 0; index < times; index += 1) replies.push(await guess(applicationId));
    return replies;
  };
  const tooMany = { code: 'identity.too_many_failures', retryAfterSeconds: 30 };

  it('after ten, a wrong one is to wait, of a key that there is and of one that there is not alike', async () => {
    const { person } = await spec.registerReady();
    const { applicationId } = await spec.makeKey(person);
    const replies = await guesses(12, applicationId);
    expect(replies.slice(0, 10)).toEqual(Array.from({ length: 10 }, () => ({ verdict: 'unknown' })));
    expect(replies.slice(10)).toMatchObject([tooMany, tooMany]);
    expect(await guesses(12, newApplicationId('production'))).toEqual(replies);
    await spec.service.admin.query('delete from identity.attempts');
    expect(await guesses(12, 'what is no application ID')).toEqual(replies);
  });

  it('the right one always works, and nothing is read or written for it', async () => {
    const { person } = await spec.registerReady();
    const { applicationId, applicationSecret } = await spec.makeKey(person);
    await guesses(11, applicationId);
    const pool = jest.spyOn(spec.service.database, 'pool');
    for (let index = 0; index < 5; index += 1)
      expect(await verify(applicationId, applicationSecret ?? '')).toMatchObject({ verdict: 'good' });
    expect(pool.mock.calls).toEqual(Array.from({ length: 5 }, () => ['production']));
    pool.mockRestore();
  });

  it('by whatever IDs, so many a minute from one address; elsewhere nothing of it', async () => {
    const { person } = await spec.registerReady();
    const { applicationId, applicationSecret } = await spec.makeKey(person);
    await Promise.all(Array.from({ length: 40 }, () => guess(newApplicationId('production'))));
    expect(await guess(newApplicationId('production'))).toMatchObject({ code: tooMany.code });
    expect(await guess(newApplicationId('production'), '192.0.2.8')).toEqual({ verdict: 'unknown' });
    expect(await verify(applicationId, applicationSecret ?? '')).toMatchObject({ verdict: 'good' });
  });

  it('a flood is few statements, and no more rows than there is room for, whatever names are invented', async () => {
    const attempts = spec.service.get(Attempts);
    const limit = { attemptsMax: 10, windowSeconds: 900 };
    const pool = jest.spyOn(spec.service.database, 'pool');
    const count = (index: number) => attempts.count({ name: `key/production/invented ${index}`, limit, rowsMax: 8 });
    await Promise.all(Array.from({ length: 5_000 }, (_, index) => count(index)));
    expect(pool.mock.calls.length).toBeLessThan(10);
    pool.mockRestore();
    const { rows } = await spec.service.admin.query<{ attempts: number }>('select attempts from identity.attempts');
    expect(rows).toHaveLength(8);
    expect(rows.reduce((sum, row) => sum + row.attempts, 0)).toBe(5_000);
  });

  it('B60: who goes on is recorded, once an hour and address', async () => {
    const { person } = await spec.registerReady();
    const { applicationId, id } = await spec.makeKey(person);
    await guesses(13, applicationId);
    const recorded = async () =>
      (await spec.service.acts()).filter(({ outcome, targets }) => outcome === 'refused' && targets['keyId'] === id);
    await until('the failure to be recorded', async () => (await recorded()).length > 0);
    expect(await recorded()).toMatchObject([
      { action: 'identity.verify-key.v1', address: '192.0.2.7', targets: { accountId: person.accountId } },
    ]);
  });
});
