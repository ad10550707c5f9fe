import { identity, type Environment, type PartnerId } from '#libs/contracts';
import { unchanged } from '#libs/events';
import { newTraceId } from '#libs/rpc';
import { anybody } from '#libs/testing';
import { ada, IdentitySpec, type KnownPartner } from '../../spec-support/identity-spec';
import { OnAccountRequested } from './on-account-requested.event-handler';

describe('an account was asked for', () => {
  let spec: IdentitySpec;

  beforeAll(async () => {
    spec = await IdentitySpec.open();
  });
  afterAll(() => spec.close());

  const deliver = async (partnerId: PartnerId, environment: Environment) => {
    const event = (await spec.service.published(identity.sandboxRequested)).find(
      ({ data }) => data['partnerId'] === partnerId,
    );
    return spec.service.database.transaction(environment, newTraceId(), (tx) =>
      spec.service.get(OnAccountRequested).open({ ...event, data: { partnerId } } as never, tx),
    );
  };
  const openedOf = async (partnerId: PartnerId) =>
    (await spec.service.published(identity.accountOpened))
      .filter(({ data }) => data['partnerId'] === partnerId)
      .map(({ scope }) => scope);
  const withRequest = async (): Promise<KnownPartner> => {
    const partner = await spec.register();
    await spec.call(identity.requestSandbox, 'shared', { admin: ada }, partner.person);
    return partner;
  };

  describe('the sandbox', () => {
    it('B7: is opened with its first administrator, and awaits its set-up', async () => {
      const { partnerId, domain } = await withRequest();
      await deliver(partnerId, 'sandbox');
      expect(await spec.session('sandbox', `sandbox.${domain}`)).toMatchObject({
        account: { environment: 'sandbox', state: 'awaiting_setup' },
        roles: ['global_admin'],
      });
      expect(await openedOf(partnerId)).toEqual(['production', 'sandbox']);
    });

    it('delivered twice, and twice at once: one account, one administrator, one event', async () => {
      const { partnerId } = await withRequest();
      await Promise.all([deliver(partnerId, 'sandbox'), deliver(partnerId, 'sandbox')]);
      await deliver(partnerId, 'sandbox');
      const { rows } = await spec.service.admin.query(
        `select count(distinct a.id)::int as accounts, count(p.id)::int as people
         from identity.accounts a join identity.people p on p.account_id = a.id
         where a.environment = 'sandbox' and a.partner_id = $1`,
        [partnerId],
      );
      expect(rows).toEqual([{ accounts: 1, people: 1 }]);
      expect(await openedOf(partnerId)).toEqual(['production', 'sandbox']);
    });

    it('delivered once more after the hash was erased, nothing happens', async () => {
      const partner = await spec.register();
      await spec.openActiveSandbox(partner);
      await deliver(partner.partnerId, 'sandbox');
      expect(await openedOf(partner.partnerId)).toEqual(['production', 'sandbox']);
    });
  });

  describe('the primary account', () => {
    it('was opened with the registration: the event finds it and does nothing', async () => {
      const { partnerId, domain } = await spec.register();
      expect(await deliver(partnerId, 'production')).toBe(unchanged);
      expect(await openedOf(partnerId)).toEqual(['production']);
      await spec.session('production', domain);
    });

    it('is opened by the event where the registration got no further', async () => {
      const { partnerId, domain } = await spec.register();
      for (const table of ['sessions', 'people', 'accounts'])
        await spec.service.admin.query(`delete from identity.${table} where partner_id = $1`, [partnerId]);
      expect(await deliver(partnerId, 'production')).toBeUndefined();
      const credentials = { username: ada.username, domain, password: ada.password };
      expect(await spec.call(identity.signIn, 'production', credentials, anybody)).toMatchObject({
        account: { state: 'active' },
      });
    });
  });
});
