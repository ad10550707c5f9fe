import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { environments, outcomeStreamName, type Environment, type notifications } from '#libs/contracts';
import { controlOf, expectStatus, Scenario, startSystem, until, type RunningSystem } from '#libs/testing';
import type { outcomeLogin } from '../../deploy/setup/broker-config';
import { asBrokerAdministrator } from '../support/broker';
import { checkout, loadScript } from '../support/checkout';
import { allSettled } from '../support/invariants';
import { asAdministrator } from '../support/postgres';

interface Consumers {
  addOutcomeConsumer(dataDir: string, consumer: string): void;
  removeOutcomeConsumer(dataDir: string, consumer: string): void;
}
interface Seen {
  id: string;
  cursor: number;
  subscriptionId: string;
  sequence: number;
}

/** B52: systems of the provider's follow by a durable stream (docs/adr/0038). */
describe('the stream of outcomes', () => {
  let system: RunningSystem;
  let scenario: Scenario;
  let login: { servers: string; user: string; pass: string; inboxPrefix: string };
  const processes: ChildProcess[] = [];
  const connections: NatsConnection[] = [];
  const logIn = async () => {
    const connection = await connect(login);
    connections.push(connection);
    return connection;
  };

  beforeAll(async () => {
    system = await startSystem({ name: 'outcomes', trustRegistration: true, copies: { notifications: 2 } });
    scenario = new Scenario(system);
    const { addOutcomeConsumer } = await loadScript<Consumers>('deploy', 'embedded', 'outcome-consumers.mjs');
    const setup = await loadScript<{ outcomeLogin: typeof outcomeLogin }>('dist', 'deploy', 'setup', 'index.js');
    addOutcomeConsumer(system.dataDir, 'crm@production');
    const credentials = setup.outcomeLogin({ name: 'crm', environment: 'production' }, system.masterKey);
    login = { servers: new URL(system.natsUrl).host, ...credentials, inboxPrefix: `_INBOX_${credentials.user}` };
    // Whoever supervises finds it by itself.
    await until('the consumer to be let in', () => logIn().catch(() => undefined));
    await until('its durable', () =>
      asBrokerAdministrator(system, (_connection, manager) =>
        manager.consumers.info(outcomeStreamName('production'), 'crm').catch(() => undefined),
      ),
    );
  }, 180_000);
  afterAll(async () => {
    for (const one of processes) one.kill('SIGKILL');
    for (const connection of connections) await connection.close();
    await controlOf(system).stop();
  }, 60_000);

  const feedOf = async (environment: Environment): Promise<notifications.PublicCloudEvent[]> => {
    const events: notifications.PublicCloudEvent[] = [];
    const session = await scenario.staff();
    for (let after = 0; ;) {
      const reply = await scenario.admin.get(`/v1/events/${environment}?after=${after}&limit=200`, { session });
      const part = expectStatus(reply, 200).body as notifications.FeedPart;
      events.push(...part.items);
      after = part.nextCursor;
      if (!part.more) return events;
    }
  };

  /** All that the stream holds, with the sequence of each. */
  const streamOf = (environment: Environment) =>
    asBrokerAdministrator(system, async (_connection, manager) => {
      const stream = outcomeStreamName(environment);
      const { state } = await manager.streams.info(stream);
      const events: { seq: number; event: notifications.PublicCloudEvent }[] = [];
      for (let seq = state.first_seq; seq <= state.last_seq; seq += 1) {
        const message = await manager.streams.getMessage(stream, { seq });
        if (message) events.push({ seq, event: message.json() });
      }
      return events;
    });

  const filled = (environment: Environment) =>
    until(`the stream of ${environment} to have all that was told`, async () => {
      const feed = await feedOf(environment);
      // Gone, it is made again.
      const stream = await streamOf(environment).catch(() => []);
      return feed.length > 0 && stream.length === feed.length && { feed, stream };
    });

  /** The example, as a provider would run it; one line of it for each approval. */
  const follow = () => {
    const seen: Seen[] = [];
    const main = join(checkout, 'dist', 'examples', 'outcome-consumer', 'main.js');
    const given = { ...login, stream: outcomeStreamName('production'), durable: 'crm' };
    const child = spawn(process.execPath, [main], {
      env: { ...process.env, OUTCOMES: JSON.stringify(given) },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    processes.push(child);
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.startsWith('{"id"')) seen.push(JSON.parse(line) as Seen);
    });
    return { seen, child };
  };

  it('has each event once, in the order and under the cursors of the feed, while copies are killed', async () => {
    const control = controlOf(system);
    const stories = Array.from({ length: 4 }, () => scenario.inProduction());
    await control.kill('notifications');
    await control.kill('notifications-2');
    await Promise.all(stories);
    await control.waitReady();
    await allSettled(system);
    for (const environment of environments) {
      const { feed, stream } = await filled(environment);
      expect(stream.map(({ event }) => event)).toEqual(feed);
      expect(stream.map(({ seq }) => seq)).toEqual(feed.map(({ cursor }) => cursor));
      expect(new Set(feed.map(({ id }) => id)).size).toBe(feed.length);
      expect(JSON.stringify(feed)).not.toMatch(/displayName|notes/);
    }
  }, 180_000);

  it('is filled again, under the same cursors, where the broker loses its disk or somebody deletes it', async () => {
    const control = controlOf(system);
    const before = (await filled('production')).stream;
    await control.stopChild('nats');
    await control.removeFolder('nats/jetstream');
    await control.startChild('nats');
    await scenario.inProduction();
    await allSettled(system);
    const { feed, stream } = await filled('production');
    expect(stream.slice(0, before.length)).toEqual(before);
    expect(feed.length).toBeGreaterThan(before.length);
    await asBrokerAdministrator(system, (_connection, manager) =>
      manager.streams.delete(outcomeStreamName('production')),
    );
    await until('it to be there again', async () => (await filled('production')).stream.length === feed.length);
    // Where the oldest is kept no longer, it begins with the oldest that is.
    await asAdministrator(system, (client) =>
      client.query("delete from notifications.feed_entries where environment = 'production' and number <= 3"),
    );
    await asBrokerAdministrator(system, (_connection, manager) =>
      manager.streams.delete(outcomeStreamName('production')),
    );
    const again = await until('it to begin later', async () => {
      const now = await streamOf('production').catch(() => []);
      return now.length === feed.length - 3 && now;
    });
    expect(again.map(({ seq, event }) => [seq, event.id])).toEqual(feed.slice(3).map(({ cursor, id }) => [cursor, id]));
  }, 180_000);

  it('a consumer that was off sees each event once, in order per subscription, and goes on where it stopped', async () => {
    await allSettled(system);
    const approvals = (await filledApprovals()).map(({ cursor }) => cursor);
    const first = follow();
    await until('all that it has missed', () => Promise.resolve(first.seen.length >= approvals.length));
    expect(first.seen.map(({ cursor }) => cursor)).toEqual(approvals);
    first.child.kill('SIGTERM');
    await until('it to end', () => Promise.resolve(first.child.exitCode !== null || first.child.signalCode !== null));
    const { subscriptionId } = await scenario.inProduction();
    const second = follow();
    await until('what came meanwhile', () => Promise.resolve(second.seen.length > 0));
    expect(second.seen.map((one) => one.subscriptionId)).toEqual([subscriptionId]);
    expect(second.seen[0]?.cursor).toBeGreaterThan(approvals.at(-1) ?? 0);
  }, 180_000);

  const filledApprovals = async () => {
    const stream = await streamOf('production');
    return stream.map(({ event }) => event).filter(({ type }) => type === 'subscriptions.submission-approved.v1');
  };

  it('its login follows, and nothing else: no stream, no durable, no subject of ours', async () => {
    const connection = await logIn();
    const consumer = await jetstream(connection).consumers.get(outcomeStreamName('production'), 'crm');
    expect((await consumer.info()).name).toBe('crm');
    const manager = await jetstreamManager(connection, { checkAPI: false });
    const stream = outcomeStreamName('production');
    const refused = /permission|timeout|no responders/i;
    await expect(manager.consumers.add(stream, { durable_name: 'mine', deliver_subject: 'rpc.x' })).rejects.toThrow(
      refused,
    );
    await expect(manager.consumers.delete(stream, 'crm')).rejects.toThrow(refused);
    await expect(manager.streams.info(stream)).rejects.toThrow(refused);
    await expect(manager.streams.purge(stream)).rejects.toThrow(refused);
    await expect(manager.consumers.info(outcomeStreamName('sandbox'), 'crm')).rejects.toThrow(refused);
    await expect(
      manager.consumers.info('EVENTS_PRODUCTION', 'notifications_production_into_production'),
    ).rejects.toThrow(refused);
    const subjects = ['outcomes.production.x', 'events.production.x', 'rpc.production.identity.authenticate.v1'];
    for (const subject of subjects)
      await expect(connection.request(subject, '{}', { timeout: 500 })).rejects.toThrow(refused);
    for (const subject of ['>', 'outcomes.>', 'events.>', '_INBOX_gateway_production.>', '_INBOX.>']) {
      const ended = new Promise<Error | undefined>((resolve) =>
        connection.subscribe(subject, { callback: (error) => resolve(error ?? undefined) }),
      );
      expect(String(await ended)).toMatch(refused);
    }
  }, 60_000);

  it('is thrown out once its consumer is removed', async () => {
    const connection = await logIn();
    const ended = connection.closed();
    const { removeOutcomeConsumer } = await loadScript<Consumers>('deploy', 'embedded', 'outcome-consumers.mjs');
    removeOutcomeConsumer(system.dataDir, 'crm@production');
    expect(String(await ended)).toMatch(/authorization|closed/i);
    await expect(connect({ ...login, reconnect: false })).rejects.toThrow(/authorization violation/i);
  }, 60_000);
});
