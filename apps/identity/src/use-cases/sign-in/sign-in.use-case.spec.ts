import { identity } from '#libs/contracts';
import { newTraceId } from '#libs/rpc';
import { anybody, overtaken, until } from '#libs/testing';
import { IdentitySpec, password, type KnownPartner } from '../../spec-support/identity-spec';
import { RefusedSignIns } from '../../workflows/refused-sign-ins';

describe('signing in', () => {
  let spec: IdentitySpec;
  let partner: KnownPartner;

  beforeAll(async () => {
    spec = await IdentitySpec.open({ SLIPWAY_SESSION_SECONDS: '600' });
    partner = await spec.register();
  });
  afterAll(() => spec.close());

  describe('signed in', () => {
    it('the session is the person’s, in the environment of the domain', async () => {
      const session = await spec.session('production', partner.domain);
      expect(session).toMatchObject({
        expiresIn: 600,
        account: { id: partner.person.accountId, environment: 'production', domain: partner.domain, state: 'active' },
        person: { id: partner.person.personId, username: 'ada' },
        roles: ['global_admin'],
      });
      expect(await spec.whoHas('production', session.accessToken)).toEqual(partner.person);
    });

    it('the session itself is not stored', async () => {
      const { accessToken } = await spec.session('production', partner.domain);
      const { rows } = await spec.service.admin.query('select * from identity.sessions');
      expect(JSON.stringify(rows)).not.toContain(accessToken);
    });
  });

  describe('refused, in the same words', () => {
    const refusalOf = async (given: { username?: string; domain?: string; password?: string }) => {
      const credentials = { username: 'ada', domain: partner.domain, password, ...given };
      const error: unknown = await spec
        .call(identity.signIn, 'production', credentials, anybody)
        .catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: 'identity.wrong_credentials', detail: {}, fields: [] });
      return (error as Error).message;
    };

    it('a wrong password, an unknown person, an unknown domain', async () => {
      const messages = [
        await refusalOf({ password: 'a wrong password, long enough' }),
        await refusalOf({ username: 'nobody' }),
        await refusalOf({ domain: 'nobody.example' }),
      ];
      expect(new Set(messages).size).toBe(1);
    });

    it('B3: somebody of the sandbox in production', async () => {
      const another = await spec.register();
      await spec.openActiveSandbox(another);
      await refusalOf({ domain: `sandbox.${another.domain}` });
    });

    it('a person of another account under this one’s domain', async () => {
      const another = await spec.register();
      await spec.colleague(another.person, another.domain, 'only-there', 'developer');
      await refusalOf({ username: 'only-there' });
    });
  });

  describe('in the audit', () => {
    const address = '192.0.2.7';
    const attempt = (given: { username?: string; password?: string } = {}) => {
      const credentials = { username: 'ada', domain: partner.domain, password, ...given };
      return spec.service.call(identity.signIn, 'production', credentials, anybody, { address });
    };
    const actsOf = async (personId: string) => (await spec.service.acts()).filter(({ by }) => by.id === personId);
    const refusedOf = async (personId: string) =>
      (await spec.service.acts()).filter(
        ({ outcome, targets }) => outcome === 'refused' && targets['personId'] === personId,
      );

    it('whoever signed in did so themselves, from where they did', async () => {
      await attempt();
      const { personId } = partner.person;
      expect((await actsOf(personId)).at(-1)).toMatchObject({
        scope: 'production',
        by: { kind: 'person', id: personId },
        action: 'identity.sign-in.v1',
        outcome: 'done',
        address,
      });
    });

    it('an Idempotency-Key keeps no session: each call gives another', async () => {
      const credentials = { username: 'ada', domain: partner.domain, password };
      const signIn = () => spec.call(identity.signIn, 'production', credentials, anybody, 'the-same-key');
      expect((await signIn()).accessToken).not.toBe((await signIn()).accessToken);
      const { rows } = await spec.service.admin.query("select 1 from identity.idempotency where key = 'the-same-key'");
      expect(rows).toEqual([]);
    });

    it('a wrong password is kept with whom it was tried for, by nobody', async () => {
      const { person, domain } = await spec.register();
      const credentials = { username: 'ada', domain, password: 'a wrong password, long enough' };
      const wrong = () => spec.service.call(identity.signIn, 'production', credentials, anybody, { address });
      await expect(wrong()).rejects.toMatchObject({ code: 'identity.wrong_credentials' });
      await until('the refusal to be kept', async () => (await refusedOf(person.personId)).length > 0);
      const whose = { personId: person.personId, accountId: person.accountId, partnerId: person.partnerId };
      expect(await refusedOf(person.personId)).toMatchObject([
        { by: { kind: 'anonymous', id: null }, action: 'identity.sign-in.v1', address, targets: whose },
      ]);
      const rows = JSON.stringify(await spec.service.acts());
      for (const word of ['ada@', 'Lovelace', domain, 'wrong password']) expect(rows).not.toContain(word);
    });

    it('wrong passwords without end leave sixteen rows an hour, and an address one', async () => {
      const { person } = await spec.register();
      const { personId, accountId, partnerId } = person;
      const refusals = spec.service.get(RefusedSignIns);
      const from = (address: string) => {
        const subject = 'rpc.production.identity.sign-in.v1';
        const call = { caller: anybody, method: identity.signIn, scope: 'production' as const, subject };
        const whose = { personId, accountId, partnerId };
        return refusals.record({ ...call, address, traceId: newTraceId(), deadline: 0 }, whose);
      };
      const addresses = Array.from({ length: 250 }, (_, number) => `198.51.100.${number}`);
      await from('198.51.100.1');
      await from('198.51.100.1');
      expect(await refusedOf(personId)).toHaveLength(1);
      await Promise.all(addresses.map(from));
      expect(await refusedOf(personId)).toHaveLength(16);
      spec.service.clock.advance(3_600_000);
      await from('198.51.100.1');
      expect(await refusedOf(personId)).toHaveLength(17);
    });

    it('a name that nobody has is not kept', async () => {
      const before = (await spec.service.acts()).length;
      await expect(attempt({ username: 'nobody' })).rejects.toMatchObject({ code: 'identity.wrong_credentials' });
      await attempt();
      expect(await spec.service.acts()).toHaveLength(before + 1);
    });
  });

  describe('removed in the middle of it', () => {
    it('is refused as with a wrong password', async () => {
      const somebody = await spec.register();
      const { personId } = somebody.person;
      const result = await overtaken(
        spec.service,
        (admin) => admin.query('delete from identity.people where id = $1', [personId]),
        () => spec.session('production', somebody.domain),
      );
      expect(result).toMatchObject({ status: 'rejected', reason: { code: 'identity.wrong_credentials' } });
    });

    it('so is the password that was the right one a moment ago', async () => {
      const somebody = await spec.register();
      const { personId } = somebody.person;
      const result = await overtaken(
        spec.service,
        (admin) => admin.query("update identity.people set password_hash = 'another' where id = $1", [personId]),
        () => spec.session('production', somebody.domain),
      );
      expect(result).toMatchObject({ status: 'rejected', reason: { code: 'identity.wrong_credentials' } });
    });
  });

  it('an expired session of the person is cleared away by the next', async () => {
    const somebody = await spec.register();
    await spec.session('production', somebody.domain);
    spec.service.clock.advance(601_000);
    await spec.session('production', somebody.domain);
    const { rows } = await spec.service.admin.query('select 1 from identity.sessions where person_id = $1', [
      somebody.person.personId,
    ]);
    expect(rows).toHaveLength(1);
  });
});
