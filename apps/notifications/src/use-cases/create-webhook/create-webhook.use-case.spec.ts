import { notifications, publicEventTypes, type Environment, type PersonCaller } from '#libs/contracts';
import { aPerson, aStaffMember, anId } from '#libs/testing';
import { WebhookSpec } from '../../spec-support/webhook-spec';

describe('adding a webhook', () => {
  let spec: WebhookSpec;

  beforeAll(async () => {
    spec = await WebhookSpec.open({ SLIPWAY_WEBHOOK_LIMIT: '3' });
  });
  afterAll(() => spec.close());

  const create = (person: PersonCaller, request: object = {}) =>
    spec.call(notifications.createWebhook, { url: 'https://hooks.partner.example/x', ...request }, person);

  it('B51: shows its secret once: 24 to 64 bytes, and no other reply has it', async () => {
    const person = aPerson('sandbox');
    const { secret, id, ...shown } = await create(person, { description: 'Mine', events: [publicEventTypes[0]] });
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]+=*$/);
    const bytes = Buffer.from((secret ?? '').slice('whsec_'.length), 'base64');
    expect(bytes.length).toBeGreaterThanOrEqual(24);
    expect(bytes.length).toBeLessThanOrEqual(64);
    expect(shown).toMatchObject({ description: 'Mine', events: [publicEventTypes[0]], enabled: true });
    const others = [
      await spec.call(notifications.getWebhook, { webhookId: id }, person),
      await spec.call(notifications.listWebhooks, {}, person),
    ];
    for (const other of others) expect(JSON.stringify(other)).not.toContain('whsec_');
    const { rows } = await spec.service.admin.query<{ secret: Buffer; idempotency: string }>(
      `select secret, (select coalesce(string_agg(reply::text, ''), '') from notifications.idempotency) as idempotency
       from notifications.webhooks where id = $1`,
      [id],
    );
    expect(rows[0]?.secret.includes(bytes)).toBe(false);
    expect(rows[0]?.idempotency).not.toContain('whsec_');
  });

  it('is answered without the secret when it is repeated', async () => {
    const person = aPerson('sandbox');
    const once = () =>
      spec.service.call(notifications.createWebhook, 'sandbox', { url: 'https://hooks.partner.example/' }, person, {
        idempotencyKey: 'one',
      });
    const first = await once();
    expect(await once()).toMatchObject({ id: first.id, secret: null, secretAlreadyShown: true });
  });

  it('is refused beyond the limit of the account, which others do not share', async () => {
    const person = aPerson('sandbox');
    for (let index = 0; index < 3; index += 1) await create(person);
    await expect(create(person)).rejects.toMatchObject({ code: 'notifications.webhook_limit_reached' });
    await create(aPerson('production', { partnerId: person.partnerId }));
    await create(aPerson('sandbox'));
  });

  it('is refused beyond it to all but as many as may, of many who add one at once', async () => {
    const person = aPerson('sandbox');
    const results = await Promise.allSettled(Array.from({ length: 8 }, () => create(person)));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
  });

  it('has room again when one is deleted', async () => {
    const person = aPerson('sandbox');
    const [first] = [await create(person), await create(person), await create(person)];
    await spec.call(notifications.deleteWebhook, { webhookId: first.id }, person);
    await create(person);
  });

  it.each([
    'http://hooks.partner.example/',
    'https://user@partner.example/',
    'https://partner.example/#x',
    'https://10.0.0.1/',
    'https://169.254.169.254/',
    'https://partner.example:22/',
    'ftp://partner.example/',
  ])('is refused where it may not lead: %s, and so is a change to it', async (url) => {
    const person = aPerson('sandbox');
    const refused = { code: 'invalid_request', fields: [{ pointer: '/url' }] };
    await expect(create(person, { url })).rejects.toMatchObject(refused);
    const { id: webhookId } = await create(person);
    await expect(spec.call(notifications.updateWebhook, { webhookId, url }, person)).rejects.toMatchObject(refused);
  });

  it('is refused a type that there is not', async () => {
    await expect(create(aPerson('sandbox'), { events: ['identity.no-such.v1'] })).rejects.toMatchObject({
      code: 'invalid_request',
    });
  });

  describe("B3: somebody else's", () => {
    const acts = (webhookId: string) =>
      [
        [notifications.getWebhook, { webhookId }],
        [notifications.updateWebhook, { webhookId, description: 'mine' }],
        [notifications.deleteWebhook, { webhookId }],
        [notifications.rotateWebhookSecret, { webhookId }],
        [notifications.testWebhook, { webhookId }],
        [notifications.listDeliveries, { webhookId }],
        [notifications.getDelivery, { webhookId, deliveryId: anId() }],
        [notifications.replayDelivery, { webhookId, deliveryId: anId() }],
        [notifications.replayDeliveries, { webhookId, since: new Date(0).toISOString() }],
      ] as const;
    const missing = { code: 'not_found' };

    it.each<[string, Environment, (own: PersonCaller) => PersonCaller]>([
      ["another partner's", 'sandbox', () => aPerson('sandbox')],
      [
        "the same partner's in the other environment",
        'production',
        ({ partnerId }) => aPerson('production', { partnerId }),
      ],
    ])('is missing: %s', async (_whose, environment, stranger) => {
      const person = aPerson('sandbox');
      const { id } = await create(person);
      const other = stranger(person);
      for (const [method, request] of acts(id))
        await expect(spec.service.call(method, environment, request, other)).rejects.toMatchObject(missing);
      const list = await spec.service.call(
        notifications.listWebhooks,
        environment,
        { partnerId: person.partnerId },
        other,
      );
      expect(list.items).toEqual([]);
    });

    it("is read by staff, and changed by nobody but the partner; nor is the provider's by a partner", async () => {
      const person = aPerson('sandbox');
      const staff = aStaffMember();
      const { id: webhookId } = await create(person);
      const own = await spec.webhook(staff);
      const reads = ['get-webhook', 'list-deliveries'];
      for (const [method, request] of acts(webhookId)) {
        const call = spec.service.call(method, 'sandbox', request, staff);
        if (reads.includes(method.name)) await call;
        else await expect(call).rejects.toMatchObject(missing);
      }
      for (const [method, request] of acts(own.id))
        await expect(spec.service.call(method, 'sandbox', request, person)).rejects.toMatchObject(missing);
      const list = (partnerId?: string) => spec.call(notifications.listWebhooks, { partnerId }, staff);
      expect((await list()).items.map(({ id }) => id)).toEqual([own.id]);
      expect((await list(person.partnerId)).items.map(({ id }) => id)).toEqual([webhookId]);
      await spec.call(notifications.deleteWebhook, { webhookId: own.id }, staff);
    });

    it("a delivery of another webhook is missing, though the webhook is one's own", async () => {
      const person = aPerson('sandbox');
      const [own, other] = [await spec.webhook(person), await spec.webhook(person)];
      const { id: deliveryId } = await spec.call(notifications.testWebhook, { webhookId: other.id }, person);
      for (const method of [notifications.getDelivery, notifications.replayDelivery])
        await expect(spec.call(method, { webhookId: own.id, deliveryId }, person)).rejects.toMatchObject(missing);
    });
  });

  it.each([
    ['a reviewer', aStaffMember('reviewer')],
    ['a person without a role', aPerson('sandbox', { roles: [] })],
  ])('is forbidden to %s', async (_who, caller) => {
    await expect(
      spec.service.call(notifications.createWebhook, 'sandbox', { url: 'https://x.example/' }, caller),
    ).rejects.toMatchObject({ code: 'forbidden' });
  });
});
