import { randomUUID } from 'node:crypto';
import { headers } from '@nats-io/transport-node';
import { jetstream } from '@nats-io/jetstream';
import {
  consumers,
  durableName,
  eventSubject,
  eventType,
  identity,
  subscriptions,
  type CloudEvent,
  type EventDefinition,
} from '#libs/contracts';
import { controlOf, eventually, Scenario, startSystem, type RunningSystem } from '#libs/testing';
import { asBrokerAdministrator, consumersCaughtUp } from '../support/broker';
import { allSettled, messageTally } from '../support/invariants';
import { asAdministrator } from '../support/postgres';

interface DeadLetter {
  id: string;
  state: 'put_off' | 'dead';
  service: string;
  consumer: string;
  subject: string;
  eventId: string | null;
  reason: string;
}

const by = { kind: 'system', id: null, displayName: 'A test' };

describe('events that are not as they should be', () => {
  let system: RunningSystem;
  let scenario: Scenario;

  beforeAll(async () => {
    system = await startSystem({ name: 'poison', trustRegistration: true });
    scenario = new Scenario(system);
  }, 180_000);
  afterAll(() => controlOf(system).stop(), 60_000);

  const publish = (subject: string, messages: (string | Uint8Array)[]) =>
    asBrokerAdministrator(system, async (connection) => {
      for (const message of messages) await jetstream(connection).publish(subject, message, { msgID: randomUUID() });
    });

  const deadLetters = async () => {
    const { body } = await scenario.admin.get('/v1/dead-letters', { session: await scenario.staff() });
    return body.items as DeadLetter[];
  };

  const listeners = (definition: EventDefinition) =>
    consumers.filter(({ from, events }) => from === 'shared' && events.includes(definition)).map(durableName);

  const eventOf = (definition: EventDefinition, data: unknown, changes: Record<string, unknown> = {}) =>
    JSON.stringify({
      specversion: '1.0',
      id: randomUUID(),
      type: eventType(definition),
      source: `slipway/${definition.app}`,
      subject: randomUUID(),
      time: new Date().toISOString(),
      datacontenttype: 'application/json',
      scope: 'shared',
      aggregateid: randomUUID(),
      aggregateversion: 1,
      traceid: 'f'.repeat(32),
      data,
      ...changes,
    });

  const approval = () => ({
    partnerId: randomUUID(),
    subscriptionId: randomUUID(),
    subscriptionName: 'Poisoned',
    productName: 'Poison',
    by,
    submissionId: randomUUID(),
    number: 1,
    notes: null as string | null,
  });

  it('are dead letters, or put off, as staff sees, one for each consumer, and the others flow on', async () => {
    const definition = subscriptions.submissionApproved;
    const noEvents: [name: string, message: string | Uint8Array, reason: RegExp][] = [
      ['no JSON', 'this is no JSON', /not a CloudEvent/],
      ['no text', Uint8Array.from([0, 255, 254, 0, 128, 1]), /not a CloudEvent/],
      ['nothing', '', /not a CloudEvent/],
      ['no event', '{"hello":"world"}', /not a CloudEvent/],
      ['null', 'null', /not a CloudEvent/],
      ['an id of another kind', eventOf(definition, approval(), { id: '17' }), /not a CloudEvent/],
    ];
    /** Another release, or another day, may be able to take them. */
    const notNow: typeof noEvents = [
      ['an unknown type', eventOf(definition, approval(), { type: 'subscriptions.eaten-by-dog.v1' }), /no handler for/],
      [
        'a later version',
        eventOf(definition, approval(), { type: 'subscriptions.submission-approved.v2' }),
        /no handler for/,
      ],
      ['wrong data', eventOf(definition, { ...approval(), number: 'one' }), /does not have its shape/],
      ['half a megabyte', eventOf(definition, { padding: 'x'.repeat(500_000) }), /does not have its shape/],
      ['what Postgres cannot store', eventOf(definition, { ...approval(), notes: 'a\u0000b' }), /./],
    ];
    const poison = [...noEvents, ...notNow];
    await publish(
      eventSubject(definition, 'shared'),
      poison.map(([, message]) => message),
    );
    // Played while the poison is being tried, and tried again.
    const { sandbox, primary } = await scenario.inProduction();
    for (const account of [sandbox, primary]) await scenario.message(account, 'subscriptions.production-unlocked.v1');

    await eventually(async () => {
      expect(await deadLetters()).toHaveLength(poison.length * listeners(definition).length);
    }, 60_000);
    const letters = await deadLetters();
    expect(listeners(definition)).toEqual([
      'notifications_shared_into_sandbox',
      'notifications_shared_into_production',
    ]);
    for (const durable of listeners(definition)) {
      const own = letters.filter(({ consumer }) => consumer === durable);
      expect(own).toHaveLength(poison.length);
      for (const [name, , reason] of poison)
        expect([name, own.some((letter) => reason.test(letter.reason))]).toEqual([name, true]);
      expect(own.filter(({ state }) => state === 'dead')).toHaveLength(noEvents.length);
    }
    for (const letter of letters)
      expect(letter).toMatchObject({
        service: 'notifications',
        subject: 'events.shared.subscriptions.submission-approved.v1',
      });
    await allSettled(system);
    expect(await messageTally(system)).toMatchObject({ missing: [], doubled: [], invented: [] });
  }, 120_000);

  it('are tried again at once when staff says so, and what is no event never', async () => {
    const session = await scenario.staff();
    const again = (path: string, body: object = {}) =>
      scenario.admin.post(`/v1/dead-letters/${path}`, { session, body });
    const waiting = await scenario.admin.get('/v1/dead-letters?state=put_off', { session });
    const waitingItems = waiting.body.items as DeadLetter[];
    expect(waitingItems.length).toBeGreaterThan(0);
    const all = waitingItems.length;
    expect((await again('redelivery', { dryRun: true })).body).toEqual({ letters: all, redelivered: 0 });
    expect((await again('redelivery', { service: 'tokens' })).body).toEqual({ letters: 0, redelivered: 0 });
    const [one] = waitingItems;
    expect((await again('redelivery', { consumer: one?.consumer })).body).toMatchObject({ redelivered: all / 2 });
    expect(await again(`${one?.id}/redelivery`)).toMatchObject({ status: 200, body: { letters: 1, redelivered: 1 } });
    const dead = (await deadLetters()).find(({ state }) => state === 'dead');
    expect(await again(`${dead?.id}/redelivery`)).toMatchObject({ status: 404 });
  }, 60_000);

  it('stop no service that listens to them', async () => {
    const before = (await deadLetters()).length;
    const unknownPartner = { partnerId: randomUUID(), by };
    await publish(eventSubject(identity.sandboxRequested, 'shared'), [
      'no JSON',
      eventOf(identity.sandboxRequested, unknownPartner),
    ]);
    const ready = await scenario.readyPartner();
    expect(ready.sandbox.environment).toBe('sandbox');
    await eventually(async () => {
      const letters = (await deadLetters()).filter(({ service }) => service === 'identity');
      expect(letters.map(({ consumer }) => consumer)).toEqual(Array(2).fill('identity_shared_into_sandbox'));
    }, 60_000);
    expect((await deadLetters()).length).toBe(before + 2);
  }, 120_000);

  it('B50: events that come again and again have their effect once', async () => {
    const partner = await scenario.inProduction();
    await scenario.createKey(partner.primary, partner.subscriptionId);
    await allSettled(system);
    const before = await counts();
    const events = await asAdministrator(system, async (client) => {
      const { rows } = await client.query<{ subject: string; event: CloudEvent }>(
        'select subject, event from identity.outbox union all select subject, event from subscriptions.outbox',
      );
      return rows;
    });
    expect(events.length).toBeGreaterThan(20);
    await asBrokerAdministrator(system, async (connection) => {
      const stream = jetstream(connection);
      for (let time = 0; time < 3; time += 1)
        // In any order: the last first.
        for (const { subject, event } of [...events].reverse()) {
          const own = headers();
          if (time > 0) own.set('Nats-Msg-Id', randomUUID());
          await stream.publish(subject, JSON.stringify(event), { headers: own });
        }
    });
    await consumersCaughtUp(system);
    expect(await counts()).toEqual(before);
    expect(await messageTally(system)).toMatchObject({ missing: [], doubled: [], invented: [] });
    expect((await scenario.token(partner.key, 'sandbox')).status).toBe(200);
  }, 120_000);

  /** Everything an event may have an effect on. */
  const counts = () =>
    asAdministrator(system, async (client) => {
      const { rows } = await client.query<Record<string, string>>(
        `select (select count(*) from notifications.messages) as messages,
           (select count(*) from identity.accounts) as accounts, (select count(*) from identity.people) as people,
           (select count(*) from identity.access_keys where deleted_at is null) as keys,
           (select count(*) from identity.outbox) as published, (select count(*) from identity.token_revocations) as revocations,
           (select count(*) from notifications.dead_letters) as "deadLetters"`,
      );
      return rows[0];
    });
});
