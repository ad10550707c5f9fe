import { identity, type CloudEvent, type EventDefinition, type PartnerId } from '#libs/contracts';
import type { Tx } from '#libs/database';
import { newTraceId } from '#libs/rpc';
import { IdentitySpec } from '../../spec-support/identity-spec';
import { OnAccountOpened } from './on-account-opened.event-handler';

describe('an account was opened', () => {
  let spec: IdentitySpec;

  beforeAll(async () => {
    spec = await IdentitySpec.open();
  });
  afterAll(() => spec.close());

  const publishedOf = async (definition: EventDefinition, partnerId: PartnerId) =>
    (await spec.service.published(definition)).filter(({ data }) => data['partnerId'] === partnerId);
  /** As the consumer does: the event's id is recorded with its effect, and only the first delivery has one. */
  const deliver = (event: CloudEvent | undefined, handle: (tx: Tx) => Promise<void>) =>
    spec.service.database.transaction('shared', newTraceId(), async (tx) => {
      const first = await tx.manager.query<unknown[]>(
        `insert into identity.consumed_events (scope, consumer, event_id) values ('shared', 'spec', $1)
         on conflict do nothing returning event_id`,
        [event?.id],
      );
      if (first.length > 0) await handle(tx);
    });
  const opened = (event: CloudEvent | undefined) =>
    deliver(event, (tx) => spec.service.get(OnAccountOpened).opened(event as never, tx));
  const activated = (event: CloudEvent | undefined) =>
    deliver(event, (tx) => spec.service.get(OnAccountOpened).activated(event as never, tx));
  const hashesOf = async (partnerId: PartnerId) => {
    const { rows } = await spec.service.admin.query<{ environment: string; password_hash: string | null }>(
      'select environment, password_hash from identity.account_requests where partner_id = $1 order by environment',
      [partnerId],
    );
    return rows.map(({ environment, password_hash }) => [environment, password_hash !== null]);
  };

  describe('the primary account', () => {
    it('the administrator’s hash, which waited in the request, is erased', async () => {
      const { partnerId, domain } = await spec.register();
      expect(await hashesOf(partnerId)).toEqual([['production', true]]);
      const [event] = await publishedOf(identity.accountOpened, partnerId);
      await opened(event);
      await opened(event);
      expect(await hashesOf(partnerId)).toEqual([['production', false]]);
      await spec.session('production', domain);
    });
  });

  describe('the sandbox', () => {
    it('its request is erased too, and what happened is published to both accounts', async () => {
      const partner = await spec.register();
      await spec.openSandbox(partner);
      expect(await hashesOf(partner.partnerId)).toEqual([
        ['production', true],
        ['sandbox', false],
      ]);
      expect(await publishedOf(identity.sandboxProvisioned, partner.partnerId)).toMatchObject([
        { scope: 'shared', aggregateversion: 1, data: { domain: `sandbox.${partner.domain}`, username: 'ada' } },
      ]);
      expect(await spec.call(identity.getSandbox, 'shared', {}, partner.person)).toMatchObject({
        state: 'awaiting_setup',
        canCreate: false,
      });
    });

    it('its set-up makes it active there as well', async () => {
      const partner = await spec.register();
      await spec.openActiveSandbox(partner);
      const [event] = await publishedOf(identity.accountActivated, partner.partnerId);
      await activated(event);
      expect(await spec.call(identity.getSandbox, 'shared', {}, partner.person)).toMatchObject({ state: 'active' });
      expect(await publishedOf(identity.sandboxActivated, partner.partnerId)).toMatchObject([
        { aggregateversion: 2, data: { domain: `sandbox.${partner.domain}`, by: { kind: 'person' } } },
      ]);
    });

    it('the two events in the wrong order leave it active', async () => {
      const partner = await spec.register();
      await spec.openActiveSandbox(partner);
      const [setUp] = await publishedOf(identity.accountActivated, partner.partnerId);
      const late = (await publishedOf(identity.accountOpened, partner.partnerId)).find(
        ({ scope }) => scope === 'sandbox',
      );
      await activated(setUp);
      await opened(late);
      expect(await spec.call(identity.getSandbox, 'shared', {}, partner.person)).toMatchObject({ state: 'active' });
    });

    it('delivered twice, and twice at once, it is published once', async () => {
      const partner = await spec.register();
      await spec.openActiveSandbox(partner);
      const [setUp] = await publishedOf(identity.accountActivated, partner.partnerId);
      await Promise.all([activated(setUp), activated(setUp)]);
      await activated(setUp);
      expect(await publishedOf(identity.sandboxActivated, partner.partnerId)).toHaveLength(1);
    });
  });
});
