import { identity, type Environment, type PartnerId } from '#libs/contracts';
import { Purge } from '#libs/events';
import { anId, anApp, aStaffMember, until } from '#libs/testing';
import { IdentitySpec } from '../../spec-support/identity-spec';
import { LiveTokens } from '../../workflows/live-tokens';

describe('ending live tokens', () => {
  let spec: IdentitySpec;

  beforeAll(async () => {
    spec = await IdentitySpec.open();
  });
  afterAll(() => spec.close());

  describe('of a key', () => {
    it('ends them and no others; the key stays, and what it gets by the time of the answer is good', async () => {
      const { person } = await spec.registerReady();
      const key = await spec.makeKey(person);
      const act = () => spec.call(identity.revokeKeyTokens, 'production', { keyId: key.id }, person);
      expect(await spec.endedBy('production', act)).toEqual([['key', key.id]]);
      const [revocation] = (await spec.revocations('production')).filter(({ holderId }) => holderId === key.id);
      expect(await spec.epochOf(key, 'production')).toBeGreaterThanOrEqual(revocation?.epoch ?? Infinity);
    });

    it('is the same row when it is done again, under a higher epoch', async () => {
      const { person } = await spec.registerReady();
      const { id } = await spec.makeKey(person);
      const act = () => spec.call(identity.revokeKeyTokens, 'production', { keyId: id }, person);
      const own = async () => (await spec.revocations('production')).filter(({ holderId }) => holderId === id);
      await act();
      const [first] = await own();
      await act();
      const again = await own();
      expect(again).toHaveLength(1);
      expect(again[0]?.epoch).toBeGreaterThan(first?.epoch ?? Infinity);
    });

    it('not found: somebody else’s', async () => {
      const { person } = await spec.registerReady();
      const { id } = await spec.makeKey(person);
      const { person: stranger } = await spec.registerReady();
      const act = spec.call(identity.revokeKeyTokens, 'production', { keyId: id }, stranger);
      await expect(act).rejects.toMatchObject({ code: 'not_found' });
    });
  });

  describe('of an account', () => {
    it('ends them in its environment alone', async () => {
      const { person } = await spec.registerReady();
      const act = () => spec.call(identity.revokeAccountTokens, 'production', {}, person);
      const inSandbox = await spec.endedBy('sandbox', async () =>
        expect(await spec.endedBy('production', act)).toEqual([['account', person.accountId]]),
      );
      expect(inSandbox).toEqual([]);
    });

    it('is refused to a developer', async () => {
      const { person, domain } = await spec.register();
      const developer = await spec.colleague(person, domain, 'grace', 'developer');
      const act = spec.call(identity.revokeAccountTokens, 'production', {}, developer);
      await expect(act).rejects.toMatchObject({ code: 'forbidden' });
    });
  });

  describe('of a partner', () => {
    it('ends them in both environments', async () => {
      const { partnerId } = await spec.registerReady();
      const act = () => spec.call(identity.revokePartnerTokens, 'shared', { partnerId }, spec.staff);
      const inSandbox = await spec.endedBy('sandbox', async () =>
        expect(await spec.endedBy('production', act)).toEqual([['partner', partnerId]]),
      );
      expect(inSandbox).toEqual([['partner', partnerId]]);
    });

    it('is refused to a reviewer, and for a partner nobody knows', async () => {
      const { partnerId } = await spec.register();
      const reviewer = aStaffMember('reviewer');
      await expect(spec.call(identity.revokePartnerTokens, 'shared', { partnerId }, reviewer)).rejects.toMatchObject({
        code: 'forbidden',
      });
      await expect(
        spec.call(identity.revokePartnerTokens, 'shared', { partnerId: anId<PartnerId>() }, spec.staff),
      ).rejects.toMatchObject({ code: 'not_found' });
    });
  });

  describe('with whatever else ends them', () => {
    it.each([true, false])('API access: where that is asked for: %s', async (revokeTokens) => {
      const { person } = await spec.registerReady();
      const act = () => spec.call(identity.setApiAccess, 'production', { enabled: false, revokeTokens }, person);
      expect(await spec.endedBy('production', act)).toEqual(revokeTokens ? [['account', person.accountId]] : []);
    });

    it('a call that fails ends nothing', async () => {
      const { person, domain } = await spec.registerReady();
      const key = await spec.makeKey(person);
      const colleague = await spec.colleague(person, domain, 'grace', 'developer');
      await spec.call(identity.removePerson, 'production', { personId: colleague.personId }, person);
      const act = async () => {
        const late = spec.call(identity.revokeKeyTokens, 'production', { keyId: key.id }, colleague);
        await expect(late).rejects.toMatchObject({ code: 'session_expired' });
      };
      expect(await spec.endedBy('production', act)).toEqual([]);
    });
  });

  describe('the list', () => {
    const page = (environment: Environment, after: number) =>
      spec.call(identity.listTokenRevocations, environment, { after }, anApp('gateway'));

    it('goes on where it was left, and says how far it goes', async () => {
      const { person } = await spec.registerReady();
      const { epoch } = await page('production', 0);
      await spec.call(identity.revokeAccountTokens, 'production', {}, person);
      const next = await page('production', epoch);
      expect(next).toMatchObject({ items: [{ holderId: person.accountId }], more: false });
      expect(await page('production', next.epoch)).toEqual({ items: [], epoch: next.epoch, more: false });
    });

    it('comes in pages, and none is left out where many end at once', async () => {
      await spec.service.admin.query(
        `select identity.revoke_partner_tokens('sandbox', array(select gen_random_uuid() from generate_series(1, 2500)))`,
      );
      const { items, more } = await page('sandbox', 0);
      expect([items.length, more]).toEqual([1_000, true]);
      const all = await spec.revocations('sandbox');
      const { rows } = await spec.service.admin.query<{ count: number }>(
        `select count(*)::int as count from identity.token_revocations where environment = 'sandbox'`,
      );
      expect(new Set(all.map(({ holderId }) => holderId)).size).toBe(rows[0]?.count);
    });

    /** Until a connection that ends partners' tokens is seen to. */
    const waiting = (how: string) =>
      until('somebody to wait', async () => {
        const { rows } = await spec.service.admin.query(
          `select 1 from pg_stat_activity where query like '%revoke_partner_tokens($1%' and ${how}`,
        );
        return rows.length > 0;
      });

    it('shows an epoch only when all before it can be seen', async () => {
      const one = await spec.registerReady();
      const two = await spec.registerReady();
      const { epoch: before } = await page('production', 0);
      let commit = (): void => undefined;
      const committed = new Promise<void>((resolve) => (commit = resolve));
      const first = spec.service.database.transaction('shared', anId(), async (tx) => {
        await spec.service.get(LiveTokens).revokeOfPartners(tx, 'production', [one.partnerId]);
        await committed;
      });
      await waiting(`wait_event = 'ClientRead' and state = 'idle in transaction'`);
      const second = spec.call(identity.revokePartnerTokens, 'shared', { partnerId: two.partnerId }, spec.staff);
      await waiting(`wait_event_type = 'Lock'`);
      expect((await page('production', before)).items).toEqual([]);
      commit();
      await Promise.all([first, second]);
      expect((await page('production', before)).items.map(({ holderId }) => holderId)).toEqual([
        one.partnerId,
        two.partnerId,
      ]);
    });

    it('forgets what no living token can be touched by', async () => {
      const old = await spec.registerReady();
      await spec.call(identity.revokeAccountTokens, 'production', {}, old.person);
      const age = (hours: number) =>
        spec.service.admin.query(
          `update identity.token_revocations set revoked_at = now() - make_interval(hours => $1) where holder_id = $2`,
          [hours, old.person.accountId],
        );
      const isListed = async () => {
        await spec.service.get(Purge).inScope('production');
        return (await spec.revocations('production')).some(({ holderId }) => holderId === old.person.accountId);
      };
      await age(24);
      expect(await isListed()).toBe(true);
      await age(26);
      expect(await isListed()).toBe(false);
    });

    it('holds a bounded number of rows of one account: then all of its tokens end, in one', async () => {
      const { person, partnerId } = await spec.registerReady();
      const key = await spec.makeKey(person);
      await spec.service.admin.query(
        `insert into identity.token_revocations (environment, holder_id, holder, partner_id, account_id, epoch)
         select 'production', gen_random_uuid(), 'person', $1, $2, identity.raise_token_epoch('production')
         from generate_series(1, 100)`,
        [partnerId, person.accountId],
      );
      const act = () => spec.call(identity.revokeKeyTokens, 'production', { keyId: key.id }, person);
      await act();
      const own = (await spec.revocations('production')).filter(({ accountId }) => accountId === person.accountId);
      expect(own).toMatchObject([{ holder: 'account', holderId: person.accountId }]);
      expect(await spec.epochOf(key, 'production')).toBeGreaterThanOrEqual(own[0]?.epoch ?? Infinity);
    });

    it('is refused to people', async () => {
      const { person } = await spec.register();
      const act = spec.call(identity.listTokenRevocations, 'production', { after: 0 }, person);
      await expect(act).rejects.toMatchObject({ code: 'forbidden' });
    });
  });
});
