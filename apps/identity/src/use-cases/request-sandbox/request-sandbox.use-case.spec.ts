import { identity, type PersonCaller } from '#libs/contracts';
import { newTraceId } from '#libs/rpc';
import { OnAccountOpened } from '../../event-handlers/on-account-opened/on-account-opened.event-handler';
import { OnAccountRequested } from '../../event-handlers/on-account-requested/on-account-requested.event-handler';
import { ada, IdentitySpec, password, type KnownPartner } from '../../spec-support/identity-spec';

describe('asking for a sandbox', () => {
  let spec: IdentitySpec;

  beforeAll(async () => {
    spec = await IdentitySpec.open();
  });
  afterAll(() => spec.close());

  const request = (person: PersonCaller) => spec.call(identity.requestSandbox, 'shared', { admin: ada }, person);
  const eventsOf = async ({ partnerId }: PersonCaller) =>
    (await spec.service.published(identity.sandboxRequested)).filter(({ data }) => data['partnerId'] === partnerId);

  describe('B2: asked for', () => {
    it('it is provisioning, under the domain reserved for it, until its environment has opened it', async () => {
      const { person, domain } = await spec.register();
      expect(await request(person)).toEqual({ state: 'provisioning', domain: `sandbox.${domain}` });
      expect(await spec.call(identity.getSandbox, 'shared', {}, person)).toMatchObject({
        state: 'provisioning',
        canCreate: false,
      });
      await expect(spec.session('sandbox', `sandbox.${domain}`)).rejects.toMatchObject({
        code: 'identity.wrong_credentials',
      });
    });

    it('is published, without the administrator’s password', async () => {
      const { person } = await spec.register();
      await request(person);
      const events = await eventsOf(person);
      expect(events).toMatchObject([{ aggregateversion: 1, data: { by: { id: person.personId } } }]);
      expect(JSON.stringify(events)).not.toContain(password);
    });
  });

  describe('refused', () => {
    it('B5: a sandbox of a sandbox', async () => {
      const sandbox = await spec.openActiveSandbox(await spec.register());
      await expect(request(sandbox)).rejects.toMatchObject({ code: 'identity.sandbox_of_sandbox' });
    });

    it('B6: a second one, whether the first is open yet or not', async () => {
      const partner = await spec.register();
      await request(partner.person);
      await expect(request(partner.person)).rejects.toMatchObject({ code: 'identity.sandbox_exists' });
      const another = await spec.register();
      await spec.openActiveSandbox(another);
      await expect(request(another.person)).rejects.toMatchObject({ code: 'identity.sandbox_exists' });
    });

    it('all of five at once but one', async () => {
      const { person } = await spec.register();
      const results = await Promise.allSettled(Array.from({ length: 5 }, () => request(person)));
      expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      for (const result of results) {
        if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'identity.sandbox_exists' });
      }
      expect(await eventsOf(person)).toHaveLength(1);
    });

    it('to a developer', async () => {
      const { person, domain } = await spec.register();
      const developer = await spec.colleague(person, domain, 'dev', 'developer');
      await expect(request(developer)).rejects.toMatchObject({ code: 'forbidden' });
    });
  });

  describe('B7: that could not be opened', () => {
    /** As the consumers do, when the opening has failed for minutes. */
    const fail = async ({ person: { partnerId } }: KnownPartner) => {
      await spec.service.database.transaction('sandbox', newTraceId(), (tx) =>
        spec.service.get(OnAccountRequested).delayed({ data: { partnerId } } as never, tx),
      );
      const [event] = (await spec.service.published(identity.accountOpeningFailed)).slice(-1);
      return () =>
        spec.service.database.transaction('shared', newTraceId(), (tx) =>
          spec.service.get(OnAccountOpened).failed(event as never, tx),
        );
    };
    const sandboxOf = ({ person }: KnownPartner) => spec.call(identity.getSandbox, 'shared', {}, person);

    it('is failed, with a reason, and can be asked for again with another administrator', async () => {
      const partner = await spec.register();
      await request(partner.person);
      await (
        await fail(partner)
      )();
      expect(await sandboxOf(partner)).toMatchObject({
        state: 'failed',
        canCreate: true,
        failure: expect.stringContaining('ask for it again') as string,
      });
      const grace = { ...ada, username: 'grace' };
      await spec.call(identity.requestSandbox, 'shared', { admin: grace }, partner.person);
      const again = await sandboxOf(partner);
      expect(again).toMatchObject({ state: 'provisioning', canCreate: false });
      expect(again).not.toHaveProperty('failure');
      expect(await eventsOf(partner.person)).toHaveLength(2);
      await spec.deliverOpening(partner);
      expect(await spec.session('sandbox', `sandbox.${partner.domain}`, 'grace')).toMatchObject({
        account: { state: 'awaiting_setup' },
      });
      expect(await sandboxOf(partner)).toMatchObject({ state: 'awaiting_setup' });
    });

    it('B50: is published once for each failure, with no word of what went wrong inside', async () => {
      const partner = await spec.register();
      const published = async () =>
        (await spec.service.published(identity.sandboxFailed)).filter(
          ({ data }) => data['partnerId'] === partner.partnerId,
        );
      for (const failures of [1, 2]) {
        await request(partner.person);
        const failed = await fail(partner);
        await Promise.all([failed(), failed()]);
        await failed();
        expect(await published()).toHaveLength(failures);
      }
      const { by, ...data } = (await published())[0]?.data ?? {};
      expect(by).toMatchObject({ kind: 'system' });
      expect(data).toEqual({ partnerId: partner.partnerId, domain: `sandbox.${partner.domain}` });
      await spec.deliverOpening(partner);
      const [provisioned] = (await spec.service.published(identity.sandboxProvisioned)).slice(-1);
      // Whoever hears both late, or the wrong way round, can tell which holds.
      expect((await published()).map(({ aggregateversion }) => aggregateversion)).toEqual([0, 0]);
      expect(provisioned).toMatchObject({ aggregateversion: 1, subject: (await published())[0]?.subject });
    });

    it('and was opened after all awaits its set-up, whichever is heard first', async () => {
      for (const isFirst of [true, false]) {
        const partner = await spec.register();
        await request(partner.person);
        const failed = await fail(partner);
        if (isFirst) await failed();
        await spec.deliverOpening(partner);
        for (const _time of [1, 2]) await failed();
        expect(await sandboxOf(partner)).toMatchObject({ state: 'awaiting_setup' });
        const published = await spec.service.published(identity.sandboxFailed);
        expect(published.filter(({ data }) => data['partnerId'] === partner.partnerId)).toHaveLength(isFirst ? 1 : 0);
        await expect(request(partner.person)).rejects.toMatchObject({ code: 'identity.sandbox_exists' });
      }
    });

    it('is asked for again by one of five at once', async () => {
      const partner = await spec.register();
      await request(partner.person);
      await (
        await fail(partner)
      )();
      const results = await Promise.allSettled(Array.from({ length: 5 }, () => request(partner.person)));
      expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      expect(await eventsOf(partner.person)).toHaveLength(2);
    });
  });

  it('repeated with its Idempotency-Key answers the same', async () => {
    const { person } = await spec.register();
    const act = () => spec.call(identity.requestSandbox, 'shared', { admin: ada }, person, 'again');
    expect(await act()).toEqual(await act());
    expect(await eventsOf(person)).toHaveLength(1);
  });
});
