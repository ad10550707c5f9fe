import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { apps } from '#libs/contracts';
import {
  controlOf,
  eventually,
  expectStatus,
  Scenario,
  startSystem,
  until,
  type ApiReply,
  type RunningSystem,
} from '#libs/testing';
import { allSettled, deadLetters, messageTally } from '../support/invariants';
import { asAdministrator } from '../support/postgres';

type Ready = Awaited<ReturnType<Scenario['inProduction']>>;

describe('when one service is away', () => {
  let system: RunningSystem;
  let scenario: Scenario;
  let partner: Ready;
  let token: string;
  let slug: string;
  const provider = createServer((_request, response) =>
    response.setHeader('content-type', 'application/json').end('{}'),
  );

  beforeAll(async () => {
    system = await startSystem({ name: 'stopped-service', trustRegistration: true });
    scenario = new Scenario(system);
    await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve));
    const { port } = provider.address() as AddressInfo;
    const product = await scenario.product({ sandbox: `http://127.0.0.1:${port}` });
    slug = product.slug;
    const { id: planId } = await scenario.plan({}, product.id);
    partner = await scenario.inProduction({ planId });
    token = (await scenario.token(partner.key, 'sandbox')).body.access_token;
    expect((await scenario.whoami(token, 'sandbox')).status).toBe(200);
    expect((await callProvider()).status).toBe(200);
  }, 180_000);
  afterAll(async () => {
    provider.close();
    provider.closeAllConnections();
    await controlOf(system).stop();
  }, 60_000);

  const session = () => partner.sandbox.session;
  const issue = () => scenario.token(partner.key, 'sandbox');
  const readSubscriptions = () => scenario.gateway.get('/v1/subscriptions', { session: session() });
  const readMessages = () => scenario.gateway.get('/v1/notifications', { session: session() });
  const readKeys = () => scenario.gateway.get('/v1/keys', { session: session() });
  const areRotated = (keys: readonly { id: string }[]) =>
    asAdministrator(system, async (client) => {
      const rotated = 'select 1 from identity.access_keys where id = any($1) and version > 1';
      return (await client.query(rotated, [keys.map(({ id }) => id)])).rowCount === keys.length;
    });
  const callProvider = () => scenario.gateway.get(`/sandbox/api/${slug}/orders`, { session: token });
  const readReviews = async () => scenario.admin.get('/v1/reviews', { session: await scenario.staff() });

  interface Outage {
    services: string[];
    fails: (() => Promise<ApiReply>)[];
    goesOn: (() => Promise<ApiReply>)[];
    /** Of the gateway. */
    capabilities: Record<'portal' | 'tokens' | 'data-plane', boolean>;
  }
  const outages: Outage[] = [
    {
      services: ['tokens'],
      fails: [issue],
      goesOn: [readKeys, readSubscriptions, readMessages, readReviews, callProvider],
      capabilities: { portal: true, tokens: false, 'data-plane': true },
    },
    {
      services: ['subscriptions', 'notifications'],
      fails: [readSubscriptions, readReviews, readMessages],
      goesOn: [issue, readKeys, callProvider],
      capabilities: { portal: false, tokens: true, 'data-plane': true },
    },
    {
      services: ['identity'],
      fails: [issue, readKeys, readSubscriptions, readMessages, readReviews],
      goesOn: [callProvider],
      capabilities: { portal: false, tokens: false, 'data-plane': true },
    },
  ];
  const statusesOf = async (requests: (() => Promise<ApiReply>)[]) =>
    (await Promise.all(requests.map((send) => send()))).map(({ status }) => status);

  it.each(outages)(
    'without $services, what needs it answers 503, the rest goes on, and all works when it is back',
    async ({ services: away, fails, goesOn, capabilities }) => {
      const control = controlOf(system);
      try {
        for (const service of away) await control.stopChild(service);
        await Promise.all([
          // A positive answer of a moment ago may count for D.
          eventually(async () => expect(await statusesOf(fails)).toEqual(fails.map(() => 503))),
          statusesOf(goesOn).then((statuses) => expect(statuses).toEqual(goesOn.map(() => 200))),
          // What was found a moment ago may count for a second.
          eventually(async () => {
            const { status, body } = await scenario.gateway.get('/readyz');
            // What goes on must not be taken from behind a balancer.
            expect(status).toBe(200);
            for (const service of away) expect(body.services[service]).toBe(false);
            expect(body.capabilities).toEqual(capabilities);
            for (const [name, isThere] of Object.entries(capabilities))
              expect((await scenario.gateway.get(`/readyz/${name}`)).status).toBe(isThere ? 200 : 503);
            expect((await scenario.admin.get('/readyz')).status).toBe(200);
            expect((await scenario.admin.get('/readyz/console')).status).toBe(503);
          }),
        ]);
        expect((await scenario.whoami(token, 'sandbox')).status).toBe(200);
      } finally {
        for (const service of away) await control.startChild(service);
      }
      await control.waitReady();
      await eventually(async () => {
        expect(await statusesOf([...fails, ...goesOn])).toEqual([...fails, ...goesOn].map(() => 200));
      });
    },
    90_000,
  );

  it('outcomes decided while notifications was away are told when it is back', async () => {
    const control = controlOf(system);
    await control.stopChild('notifications');
    const other = await scenario.inProduction();
    await control.startChild('notifications');
    await scenario.message(other.sandbox, 'subscriptions.production-unlocked.v1');
    await scenario.message(other.primary, 'subscriptions.production-unlocked.v1');
    await allSettled(system);
    expect(await messageTally(system)).toMatchObject({ missing: [], doubled: [], invented: [] });
    expect(await deadLetters(system)).toEqual([]);
  }, 90_000);

  it('a gateway that is told to stop amid rotations brings each to its reply, with a secret that works', async () => {
    const control = controlOf(system);
    const { sandbox, subscriptionId } = partner;
    const keys = [
      await scenario.createKey(sandbox, subscriptionId, 'first'),
      await scenario.createKey(sandbox, subscriptionId, 'second'),
    ];
    const rotations = keys.map(({ id }) =>
      scenario.gateway.post(`/v1/keys/${id}/rotation`, { session: session(), body: {} }),
    );
    // From the commit until the fence has passed, nobody holds the new secret.
    await until('the rotations to be committed', () => areRotated(keys));
    await control.stopChild('gateway');
    const replies = await Promise.all(rotations);
    await control.startChild('gateway');
    await control.waitReady();
    for (const reply of replies) {
      expect(expectStatus(reply, 200).headers.get('connection')).toBe('close');
      expect((await scenario.token(reply.body, 'sandbox')).status).toBe(200);
    }
  }, 90_000);

  it('a service that is killed is back by itself', async () => {
    for (const app of apps) await controlOf(system).kill(app);
    await controlOf(system).waitReady();
    const back = await scenario.inProduction();
    expect((await scenario.token(back.key, 'sandbox')).status).toBe(200);
  }, 90_000);
});
