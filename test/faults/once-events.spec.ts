import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { randomUUID } from 'node:crypto';
import { jetstream, type JetStreamManager } from '@nats-io/jetstream';
import { eventSubject, onceEvents, streamName, type EventDefinition } from '#libs/contracts';
import { controlOf, eventually, expectStatus, Scenario, startSystem, until, type RunningSystem } from '#libs/testing';
import { asBrokerAdministrator, consumersCaughtUp } from '../support/broker';
import { asAdministrator } from '../support/postgres';

const firstToken = 'tokens.first-token.v1';
const firstCall = 'gateway.first-call.v1';

interface Event {
  id: string;
  type: string;
  data: Record<string, unknown>;
}

/** docs/adr/0039 */
describe('B50: the first token and the first call of a key', () => {
  let system: RunningSystem;
  let scenario: Scenario;
  let partner: Awaited<ReturnType<Scenario['inProduction']>>;
  let slug: string;
  const calls: IncomingMessage[] = [];
  const provider = createServer((request, reply) => {
    calls.push(request);
    reply.writeHead(request.method === 'GET' ? 200 : 404).end('{}');
  });

  beforeAll(async () => {
    system = await startSystem({ name: 'once-events', trustRegistration: true });
    scenario = new Scenario(system);
    await new Promise<void>((listening) => provider.listen(0, '127.0.0.1', listening));
    const origin = `http://127.0.0.1:${(provider.address() as AddressInfo).port}`;
    const product = await scenario.product({ sandbox: origin });
    slug = product.slug;
    partner = await scenario.inProduction({ planId: (await scenario.plan({}, product.id)).id });
  }, 180_000);
  afterAll(async () => {
    provider.close();
    provider.closeAllConnections();
    await controlOf(system).stop();
  }, 60_000);

  const session = () => partner.sandbox.session;
  const tokenOf = async (key: typeof partner.key) =>
    expectStatus(await scenario.token(key, 'sandbox'), 200).body.access_token as string;
  const call = (token: string, method = 'GET') =>
    scenario.gateway.call(method, `/sandbox/api/${slug}/orders/secret-path`, { session: token });
  const feed = async () => {
    const reply = await scenario.gateway.get('/v1/events?limit=200', { session: session() });
    return expectStatus(reply, 200).body.items as Event[];
  };
  const firsts = async (keyId: string) =>
    (await feed()).filter(({ type, data }) => [firstToken, firstCall].includes(type) && data['keyId'] === keyId);
  const bothOf = (keyId: string) =>
    until('both to be told', async () => {
      const events = await firsts(keyId);
      return events.length >= 2 && events;
    });
  const messagesOf = async (keyId: string) => {
    const { items } = expectStatus(
      await scenario.gateway.get('/v1/notifications?limit=200', { session: session() }),
      200,
    ).body;
    return (items as { type: string; keyId: string | null }[])
      .filter((message) => message.keyId === keyId && [firstToken, firstCall].includes(message.type))
      .map(({ type }) => type);
  };
  /** What there is of both, wherever it is told, once each. */
  async function expectOnce(keyId: string, webhookId: string): Promise<void> {
    expect((await firsts(keyId)).map(({ type }) => type).sort()).toEqual([firstCall, firstToken]);
    expect((await messagesOf(keyId)).sort()).toEqual([firstCall, firstToken]);
    const sent = await scenario.gateway.get(`/v1/webhooks/${webhookId}/deliveries?limit=200`, { session: session() });
    const ids = (await firsts(keyId)).map(({ id }) => id).sort();
    const delivered = (sent.body.items as { eventId: string }[]).map(({ eventId }) => eventId);
    expect(delivered.filter((id) => ids.includes(id)).sort()).toEqual(ids);
  }

  it('are told once each, whatever is restarted, and however late they are published again', async () => {
    const webhook = { session: session(), body: { url: 'https://hooks.partner.example/' } };
    const { id: webhookId } = expectStatus(await scenario.gateway.post('/v1/webhooks', webhook), 201).body as {
      id: string;
    };
    const { key } = partner;
    const early = await tokenOf(key);
    expectStatus(await call(early), 200);
    const both = await bothOf(key.id);

    const { partnerId, accountId, subscriptionId } = await asAdministrator(system, async (client) => {
      const columns = 'partner_id as "partnerId", account_id as "accountId", subscription_id as "subscriptionId"';
      const { rows } = await client.query(`select ${columns} from identity.access_keys where id = $1`, [key.id]);
      return rows[0] as { partnerId: string; accountId: string; subscriptionId: string };
    });
    const ofKey = { partnerId, accountId, subscriptionId, keyId: key.id, at: expect.any(String) as string };
    const always = { sequence: 1, url: expect.stringContaining(key.id) as string };
    expect(both.find(({ type }) => type === firstToken)?.data).toEqual({ ...ofKey, ...always });
    const requestId = calls[0]?.headers['slipway-trace-id'];
    expect(both.find(({ type }) => type === firstCall)?.data).toEqual({
      ...{ ...ofKey, ...always, method: 'GET', status: 200, requestId },
    });

    for (const name of ['tokens', 'gateway']) {
      await controlOf(system).stopChild(name);
      await controlOf(system).startChild(name);
    }
    const late = await until(
      'tokens to be issued again',
      // Nobody listens there for a moment.
      async () => (await scenario.token(key, 'sandbox').catch(() => undefined))?.body.access_token,
      60_000,
    );
    for (const method of ['POST', 'GET'])
      await eventually(async () => expect([200, 404]).toContain((await call(late, method)).status));
    // Published behind those of the first key, on the same way.
    const other = await scenario.createKey(partner.sandbox, partner.subscriptionId, 'other');
    expectStatus(await call(await tokenOf(other)), 200);
    await bothOf(other.id);
    await expectOnce(key.id, webhookId);
    await expectOnce(other.id, webhookId);

    await publishAgainYearsLater();
    await expectOnce(key.id, webhookId);
    await expectOnce(other.id, webhookId);
    const mailed = await asAdministrator(system, (client) =>
      client.query('select 1 from notifications.mailings where type = any($1)', [[firstToken, firstCall]]),
    );
    expect(mailed.rowCount).toBe(0);
  }, 180_000);

  /** When nothing is remembered of what was taken, no message is kept any more, and the broker has forgotten their ids. */
  async function publishAgainYearsLater(): Promise<void> {
    await asAdministrator(system, (client) => client.query('delete from notifications.consumed_events'));
    await asBrokerAdministrator(system, async (connection, manager) => {
      for (const definition of onceEvents) {
        const subject = eventSubject(definition, 'sandbox');
        const stored = await storedOf(manager, definition);
        expect(stored.length).toBeGreaterThanOrEqual(2);
        for (const message of stored) await jetstream(connection).publish(subject, message, { msgID: randomUUID() });
      }
    });
    await consumersCaughtUp(system);
  }

  async function storedOf(manager: JetStreamManager, definition: EventDefinition): Promise<Uint8Array[]> {
    const stored: Uint8Array[] = [];
    const { state } = await manager.streams.info(streamName('sandbox'));
    for (let seq = state.first_seq; seq <= state.last_seq; seq += 1) {
      const message = await manager.streams.getMessage(streamName('sandbox'), { seq });
      if (message?.subject === eventSubject(definition, 'sandbox')) stored.push(message.data);
    }
    return stored;
  }
});
