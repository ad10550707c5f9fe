import { apps, streamName } from '#libs/contracts';
import { controlOf, Scenario, startSystem, until, type RunningSystem } from '#libs/testing';
import { asBrokerAdministrator } from '../support/broker';
import { allSettled, deadLetters, messageTally } from '../support/invariants';
import { asAdministrator } from '../support/postgres';
import { pidsOf } from '../support/processes';

const survivors = apps.filter((app) => app !== 'notifications');

/** JetStream is a transport that can be rebuilt: Postgres is the only truth. */
describe('when the broker loses its disk', () => {
  let system: RunningSystem;
  let scenario: Scenario;

  beforeAll(async () => {
    system = await startSystem({ name: 'broker-disk', trustRegistration: true });
    scenario = new Scenario(system);
  }, 180_000);
  afterAll(() => controlOf(system).stop(), 60_000);

  const published = () =>
    until('every event to be in the stream', () =>
      asAdministrator(system, async (client) => {
        const { rows } = await client.query<{ waiting: string }>(
          `select (select count(*) from identity.outbox where published_at is null)
                + (select count(*) from subscriptions.outbox where published_at is null) as waiting`,
        );
        return rows[0]?.waiting === '0';
      }),
    );

  const streamSizes = () =>
    asBrokerAdministrator(system, async (_connection, manager) => {
      const sizes: Record<string, number> = {};
      for await (const { config, state } of manager.streams.list()) sizes[config.name] = state.messages;
      return sizes;
    });

  it('streams are made again, what nobody had consumed is told all the same, and nothing is told twice', async () => {
    const control = controlOf(system);
    await scenario.inProduction();
    await allSettled(system);
    const pids = await pidsOf(system, survivors);

    await control.stopChild('notifications');
    const { sandbox, primary } = await scenario.inProduction();
    await published();
    const before = await streamSizes();
    expect(before['EVENTS_SHARED']).toBeGreaterThan(10);

    await control.stopChild('nats');
    await control.removeFolder('nats/jetstream');
    await control.startChild('nats');
    const after = await streamSizes();
    expect(Object.keys(after).sort()).toEqual(Object.keys(before).sort());
    expect(after['EVENTS_SHARED']).toBeLessThan(before['EVENTS_SHARED'] ?? 0);

    await control.startChild('notifications');
    await control.waitReady();
    for (const account of [sandbox, primary]) await scenario.message(account, 'subscriptions.production-unlocked.v1');
    await allSettled(system);
    const { expected, ...wrong } = await messageTally(system);
    expect(wrong).toEqual({ missing: [], doubled: [], invented: [] });
    expect(expected).toBeGreaterThan(30);
    expect(await deadLetters(system)).toEqual([]);
    expect(await pidsOf(system, survivors)).toEqual(pids);
  }, 180_000);

  it('a stream that somebody deletes is missed by readiness, comes back by itself, and nothing in it is lost', async () => {
    const control = controlOf(system);
    await control.stopChild('notifications');
    const { sandbox, primary } = await scenario.inProduction();
    await published();
    await asBrokerAdministrator(system, (_connection, manager) => manager.streams.delete('EVENTS_SHARED'));
    await until('somebody to miss it', async () => {
      const { status, body } = await scenario.gateway.get('/readyz/portal');
      return status === 503 && body.services.identity === false;
    });
    await control.startChild('notifications');
    await control.waitReady();
    for (const account of [sandbox, primary]) await scenario.message(account, 'subscriptions.production-unlocked.v1');
    await allSettled(system);
    expect(await messageTally(system)).toMatchObject({ missing: [], doubled: [], invented: [] });
    expect(await deadLetters(system)).toEqual([]);
  }, 180_000);

  it('a durable that somebody deletes comes back by itself, and begins with what it had not taken', async () => {
    const { sandbox, subscriptionId } = await scenario.inProduction();
    await allSettled(system);
    const stream = streamName('sandbox');
    const durable = 'notifications_sandbox_into_sandbox';
    const { last_seq: taken } = await asBrokerAdministrator(system, async (_connection, manager) => {
      await manager.consumers.delete(stream, durable);
      return (await manager.streams.info(stream)).state;
    });
    const key = await scenario.createKey(sandbox, subscriptionId, 'while it is gone');
    await until('its message', async () => {
      const { body } = await scenario.gateway.get('/v1/notifications', { session: sandbox.session });
      return (body.items as { keyId: string }[]).some(({ keyId }) => keyId === key.id);
    });
    // Not with all that the stream has kept for a month.
    const { delivered } = await asBrokerAdministrator(system, (_connection, manager) =>
      manager.consumers.info(stream, durable),
    );
    expect(delivered.consumer_seq).toBeLessThanOrEqual(delivered.stream_seq - taken + 1);
    await allSettled(system);
    expect(await messageTally(system)).toMatchObject({ missing: [], doubled: [], invented: [] });
  }, 90_000);

  it('afterwards everything goes on as ever', async () => {
    const { sandbox, primary, subscriptionId } = await scenario.inProduction();
    const key = await scenario.createKey(primary, subscriptionId);
    expect((await scenario.token(key, 'production')).status).toBe(200);
    await scenario.message(primary, 'identity.key-created.v1');
    await scenario.message(sandbox, 'subscriptions.production-unlocked.v1');
    await allSettled(system);
    expect(await messageTally(system)).toMatchObject({ missing: [], doubled: [], invented: [] });
  }, 90_000);

  it('a disk that is lost while everybody is at work costs nothing either', async () => {
    const control = controlOf(system);
    const stories = Array.from({ length: 3 }, () => scenario.register());
    await control.stopChild('nats');
    await control.removeFolder('nats/jetstream');
    await control.startChild('nats');
    await Promise.allSettled(stories);
    await control.waitReady();
    await scenario.inProduction();
    await allSettled(system);
    expect(await messageTally(system)).toMatchObject({ missing: [], doubled: [], invented: [] });
    expect(await deadLetters(system)).toEqual([]);
  }, 180_000);
});
