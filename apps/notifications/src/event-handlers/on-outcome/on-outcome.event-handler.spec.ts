import {
  consumers,
  eventType,
  identity,
  linkEvents,
  staffEvents,
  notifications,
  subscriptions,
  tokens,
  type CloudEvent,
  type DataOf,
  type Environment,
  type EventDefinition,
  type KeyId,
  type PersonCaller,
  type SubmissionId,
  type SubscriptionId,
} from '#libs/contracts';
import { anId, aPerson, openService, until, type OpenedService } from '#libs/testing';
import { notificationsService } from '../../notifications.module';
import { messagesMax, OnOutcome } from './on-outcome.event-handler';

const by = { kind: 'person', id: null, displayName: 'Ada Lovelace' } as const;

/** Whatever the data of any event has; each takes its own. */
const everyMember = ({ partnerId, accountId, environment }: PersonCaller) => ({
  partnerId,
  accountId,
  by,
  subscriptionId: anId(),
  subscriptionName: 'Integration',
  productName: 'Orders API',
  phase: 'sandbox',
  submissionId: anId(),
  number: 1,
  notes: 'Well done.',
  items: [],
  reference: 'INV-1',
  keyId: anId(),
  keyName: 'one',
  applicationId: 'slp_2',
  previousApplicationId: 'slp_1',
  revokeTokens: false,
  enabled: true,
  domain: 'contoso.example',
  username: 'ada',
  expiresAt: '2031-02-03T04:05:06.000Z',
  personId: anId(),
  role: 'developer',
  withLink: false,
  environment,
  reasons: ['unverified'],
  missing: ['api_access_off'],
  webhookId: anId(),
  host: 'hooks.contoso.example',
  description: '',
  failingSince: '2031-02-03T04:05:06.000Z',
  reason: 'gone',
  at: '2031-02-03T04:05:06.000Z',
  method: 'GET',
  status: 200,
  requestId: 'f'.repeat(32),
  daysLeft: 7,
  messageId: anId(),
  text: 'Which plan is it?',
});

describe('an outcome', () => {
  let service: OpenedService;

  beforeAll(async () => {
    service = await openService(notificationsService);
  });
  afterAll(() => service.close());

  const anEvent = <Definition extends EventDefinition>(
    definition: Definition,
    data: DataOf<Definition>,
  ): CloudEvent => ({
    specversion: '1.0',
    id: anId(),
    type: eventType(definition),
    source: `slipway/${definition.app}`,
    subject: anId(),
    time: '2026-01-02T03:04:05.678Z',
    datacontenttype: 'application/json',
    scope: 'shared',
    aggregateid: anId(),
    aggregateversion: 1,
    traceid: '0'.repeat(32),
    data: definition.data.parse(data),
  });

  const anApproval = ({ partnerId }: PersonCaller) =>
    anEvent(subscriptions.submissionApproved, {
      partnerId,
      subscriptionId: anId<SubscriptionId>(),
      subscriptionName: 'Integration',
      productName: 'Orders API',
      by,
      submissionId: anId<SubmissionId>(),
      number: 1,
      notes: 'Well done.',
    });

  const aKeyMade = ({ partnerId, accountId }: PersonCaller) =>
    anEvent(identity.keyCreated, {
      partnerId,
      accountId,
      keyId: anId<KeyId>(),
      keyName: 'one',
      subscriptionId: anId<SubscriptionId>(),
      applicationId: 'slp_1',
      by,
    });

  /** As the consumer does: under the role of the inbox's environment. */
  const deliver = (event: CloudEvent, inbox: Environment | 'shared') =>
    service.database.transaction(inbox, event.traceid, (tx) => service.get(OnOutcome).notify([event], tx));

  const messagesOf = (person: PersonCaller) =>
    service.call(notifications.listMessages, person.environment, { limit: 10 }, person);

  /** The same partner's people in both accounts. */
  function both() {
    const sandbox = aPerson('sandbox');
    return { sandbox, production: aPerson('production', { partnerId: sandbox.partnerId }) };
  }

  describe('of any kind that is consumed', () => {
    const own = consumers
      .filter((consumer) => consumer.service === 'notifications')
      .map(({ into, events }) => ({
        into,
        events: events.filter(
          (event) => event !== identity.providerChanged && !linkEvents.includes(event) && !staffEvents.includes(event),
        ),
      }));

    it.each(own.flatMap(({ into, events }) => events.map((event) => [eventType(event), into, event] as const)))(
      'B50: is one message with a title and a text: %s in %s',
      async (type, into, definition) => {
        const person = aPerson(into as Environment);
        const isOfBoth = definition === identity.partnerVerified || definition === identity.partnerReinstated;
        const reasons = { sandbox: ['unverified'], production: ['unverified'] };
        const own = definition === identity.eligibilityChanged ? { eligible: false } : isOfBoth ? { reasons } : {};
        await deliver(anEvent(definition, { ...everyMember(person), ...own }), into);
        const { items } = await messagesOf(person);
        expect(items).toMatchObject([
          { type, title: expect.stringMatching(/^.+$/), text: expect.stringMatching(/^.+$/) },
        ]);
        expect(JSON.stringify(items)).not.toContain('undefined');
      },
    );
  });

  describe('one after the other, without an end', () => {
    it('leaves the newest in the inbox, and those of others', async () => {
      const [person, other] = [aPerson('sandbox'), aPerson('sandbox')];
      for (const each of [other, person]) await deliver(anApproval(each), 'sandbox');
      await service.admin.query(
        `insert into notifications.messages
           select (jsonb_populate_record(m, jsonb_build_object('id', uuidv7(), 'event_id', gen_random_uuid()))).*
         from notifications.messages m, generate_series(1, $2) where m.partner_id = $1`,
        [person.partnerId, messagesMax],
      );
      const count = () =>
        service.admin.query<{ messages: number }>(
          'select count(*)::int as messages from notifications.messages where partner_id = $1',
          [person.partnerId],
        );
      // Whichever it is that looks whether there are too many.
      await until('one looks', async () => {
        await deliver(aKeyMade(person), 'sandbox');
        return (await count()).rows[0]?.messages === messagesMax;
      });
      expect((await messagesOf(person)).items[0]).toMatchObject({ type: 'identity.key-created.v1' });
      expect((await messagesOf(other)).items).toHaveLength(1);
    });
  });

  describe('of one environment, in a stream that both accounts read', () => {
    it('B3: is in the inbox of its own account alone', async () => {
      const { sandbox, production } = both();
      const { partnerId } = sandbox;
      const data = { partnerId, by, environment: 'sandbox', eligible: false, reasons: ['unverified'] } as const;
      const event = anEvent(identity.eligibilityChanged, { ...data, reasons: [...data.reasons] });
      for (const inbox of ['sandbox', 'production'] as const) await deliver(event, inbox);
      expect((await messagesOf(sandbox)).items).toHaveLength(1);
      expect((await messagesOf(production)).items).toEqual([]);
    });
  });

  describe('of the pipeline', () => {
    it('B50: is a message in the inbox, in words a person understands', async () => {
      const person = aPerson('sandbox');
      const event = anApproval(person);
      await deliver(event, 'sandbox');
      expect(await messagesOf(person)).toMatchObject({
        unread: 1,
        items: [
          {
            type: 'subscriptions.submission-approved.v1',
            title: 'Approved',
            text: '“Integration” (Orders API) was approved. Notes: “Well done.”',
            subscriptionId: (event.data as { subscriptionId: string }).subscriptionId,
            keyId: null,
            occurredAt: event.time,
            readAt: null,
          },
        ],
      });
    });

    it('B3: reaches both accounts, each in its own environment', async () => {
      const { sandbox, production } = both();
      const event = anApproval(sandbox);
      await deliver(event, 'sandbox');
      expect((await messagesOf(production)).items).toEqual([]);
      await deliver(event, 'production');
      const [inSandbox, inProduction] = [await messagesOf(sandbox), await messagesOf(production)];
      expect(inSandbox.items).toHaveLength(1);
      expect(inProduction.items).toHaveLength(1);
      expect(inProduction.items[0]?.id).not.toBe(inSandbox.items[0]?.id);
    });

    it('reaches no other partner', async () => {
      const stranger = aPerson('sandbox');
      await deliver(anApproval(aPerson('sandbox')), 'sandbox');
      expect(await messagesOf(stranger)).toEqual({ items: [], nextCursor: null, unread: 0 });
    });
  });

  describe('of a key', () => {
    it("B3: reaches the key's own account alone, and names the key", async () => {
      const { sandbox, production } = both();
      const event = aKeyMade(production);
      await deliver(event, 'production');
      expect(await messagesOf(production)).toMatchObject({
        items: [{ title: 'Key made', keyId: (event.data as { keyId: string }).keyId }],
      });
      expect((await messagesOf(sandbox)).items).toEqual([]);
    });
  });

  describe('among many', () => {
    it('is one message each, in the inboxes of those whom it concerns, in any order', async () => {
      const [person, other] = [aPerson('sandbox'), aPerson('sandbox')];
      const events = [aKeyMade(person), anApproval(other), anApproval(person)];
      const all = [...events, ...events.slice(0, 1)].reverse();
      await service.database.transaction('sandbox', '0'.repeat(32), async (tx) => {
        expect(await service.get(OnOutcome).notify(all, tx)).toEqual(expect.arrayContaining(events));
      });
      expect((await messagesOf(person)).items).toHaveLength(2);
      expect((await messagesOf(other)).items).toHaveLength(1);
    });
  });

  describe('that comes twice', () => {
    it('is one message in an inbox', async () => {
      const { sandbox, production } = both();
      const event = anApproval(sandbox);
      await deliver(event, 'sandbox');
      await deliver(event, 'production');
      // The second line, behind the record of consumed events.
      expect(await deliver(event, 'sandbox')).toEqual([]);
      expect((await messagesOf(sandbox)).items).toHaveLength(1);
      expect((await messagesOf(production)).items).toHaveLength(1);
    });

    it('is two where it are two events alike', async () => {
      const person = aPerson('sandbox');
      await deliver(anApproval(person), 'sandbox');
      await deliver(anApproval(person), 'sandbox');
      expect((await messagesOf(person)).items).toHaveLength(2);
    });
  });

  describe('that there is once of each key', () => {
    const aFirstToken = ({ partnerId, accountId }: PersonCaller) =>
      anEvent(tokens.firstToken, {
        ...{ partnerId, accountId, subscriptionId: anId<SubscriptionId>(), keyId: anId<KeyId>() },
        at: '2026-01-02T03:04:05.678Z',
      });

    it('is told once, however late it comes again, and by no mail', async () => {
      const person = aPerson('sandbox');
      const event = aFirstToken(person);
      expect(await deliver(event, 'sandbox')).toEqual([event]);
      // As if the message had grown old; it stood in the way of a second, too.
      await service.admin.query('delete from notifications.messages where event_id = $1', [event.id]);
      expect(await deliver(event, 'sandbox')).toEqual([]);
      expect((await messagesOf(person)).items).toEqual([]);
      const feed = await service.call(notifications.listEvents, 'sandbox', {}, person);
      expect(feed.items.map(({ id }) => id)).toEqual([event.id]);
      const mailings = 'select 1 from notifications.mailings where partner_id = $1';
      expect((await service.admin.query(mailings, [person.partnerId])).rowCount).toBe(0);
    });

    it('is told of each key, and mails of others go out with it', async () => {
      const person = aPerson('sandbox');
      const events = [aFirstToken(person), anApproval(person), aFirstToken(person)];
      await service.database.transaction('sandbox', '0'.repeat(32), (tx) => service.get(OnOutcome).notify(events, tx));
      expect((await messagesOf(person)).items).toHaveLength(3);
      const mailings = 'select type from notifications.mailings where partner_id = $1';
      const { rows } = await service.admin.query(mailings, [person.partnerId]);
      expect(rows).toEqual([{ type: 'subscriptions.submission-approved.v1' }]);
    });
  });

  describe('that belongs to no inbox', () => {
    it('is refused outside the two environments', async () => {
      await expect(deliver(anApproval(aPerson('sandbox')), 'shared')).rejects.toThrow('an inbox belongs to');
    });

    it('is refused where there are no words for it', async () => {
      const person = aPerson('sandbox');
      const event = { ...anApproval(person), type: 'identity.unheard-of.v1' };
      await expect(deliver(event, 'sandbox')).rejects.toThrow('no words for identity.unheard-of.v1');
      expect((await messagesOf(person)).items).toEqual([]);
    });
  });
});
