import { Injectable, Module } from '@nestjs/common';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { Client } from 'pg';
import { SystemClock } from '#libs/clock';
import { serviceEnvironment, type ServiceConfig } from '#libs/config';
import { consumers, identity, streamName, type CloudEvent, type PartnerId, type Service } from '#libs/contracts';
import { deriveServiceKey } from '#libs/crypto';
import { newId, type Database, type Tx } from '#libs/database';
import { createLogger } from '#libs/observability';
import { defineService, startService, type ServiceDefinition, type StartedService } from './index';
import { controlOf, refusingAll, startSystem, until, type RunningSystem } from '#libs/testing';
import { EventHandler, later, unchanged, type Later, type Unchanged } from '#libs/events';

const consumedBy = (name: Service) => [
  ...new Set(consumers.filter(({ service }) => service === name).flatMap(({ events }) => events)),
];
const by = { kind: 'system' as const, id: null, displayName: 'A spec' };

/** How the consumer in this spec takes each event. */
let take: (event: CloudEvent, tx: Tx) => Promise<Later | Unchanged | undefined> = () => Promise.resolve(undefined);
/** Events whose effect was recorded: written in the handler's own transaction. */
const effects = (client: Client) =>
  client.query<{ event_id: string }>('select event_id from notifications.effects order by event_id');

/** Publishes; what it consumes itself is of no interest here. */
@Injectable()
class Publisher {
  @EventHandler(...consumedBy('identity'))
  ignore(): Promise<void> {
    return Promise.resolve();
  }
}

@Injectable()
class Recorder {
  @EventHandler(...consumedBy('notifications'))
  async record(event: CloudEvent, tx: Tx): Promise<Later | Unchanged | undefined> {
    await tx.manager.query('insert into notifications.effects (event_id) values ($1)', [event.id]);
    return take(event, tx);
  }
}

@Module({ controllers: [refusingAll('notifications')], providers: [Recorder] })
class RecorderModule {}

@Module({ controllers: [refusingAll('identity')], providers: [Publisher] })
class PublisherModule {}

const recorder = defineService({
  name: 'notifications',
  module: RecorderModule,
  entities: [],
  config: { schema: serviceEnvironment, token: Symbol('RecorderConfig') },
});

const publisher = defineService({
  name: 'identity',
  module: PublisherModule,
  entities: [],
  config: { schema: serviceEnvironment, token: Symbol('PublisherConfig') },
});

/** Outbox, relay, stream, consumer, reconciler: two services in this process, a real Postgres and a real NATS between. */
describe('the way of an event', () => {
  let system: RunningSystem;
  let admin: Client;
  let producer: StartedService | undefined;
  let consumer: StartedService | undefined;

  const start = <Config extends ServiceConfig>(definition: ServiceDefinition<Config>) => {
    const config = definition.config.schema.parse({
      SLIPWAY_SERVICE_KEY: deriveServiceKey(system.masterKey, definition.name),
      SLIPWAY_NATS: `nats://${new URL(system.natsUrl).host}`,
      SLIPWAY_DATABASE: bare(system.databaseUrl),
      SLIPWAY_RECONCILE_SECONDS: '1',
    });
    return startService(definition, config, { clock: new SystemClock(), logger: createLogger('spec', 'fatal') });
  };
  beforeAll(async () => {
    system = await startSystem({ name: 'event-flow', apps: [] });
    admin = new Client({ connectionString: system.databaseUrl });
    await admin.connect();
    await admin.query(`create table notifications.effects (event_id uuid not null);
      grant select, insert on notifications.effects to notifications_sandbox, notifications_production`);
    producer = await start(publisher);
    consumer = await start(recorder);
  }, 120_000);
  afterAll(async () => {
    await admin.end();
    await producer?.app.close();
    await consumer?.app.close();
    await controlOf(system).stop();
  }, 60_000);
  beforeEach(async () => {
    take = () => Promise.resolve(undefined);
    await admin.query('delete from notifications.effects');
  });

  /** Publishes for one account: `api-access-changed` in the sandbox, which one consumer takes. */
  const publish = (database: Database, count = 1, fails = false) =>
    database.transaction('sandbox', 'a'.repeat(32), async (tx) => {
      for (let number = 0; number < count; number += 1) {
        const data = { partnerId: newId<PartnerId>(), accountId: newId(), enabled: true, by };
        await tx.publishEvent(identity.apiAccessChanged, { id: newId(), version: 1 }, data as never);
      }
      if (fails) throw new Error('the transaction is undone');
    });
  const effectsAre = (count: number) =>
    until(`${count} effects`, async () => (await effects(admin)).rows.length === count);
  const allSettled = () =>
    until('every event to be settled', async () => {
      const { rows } = await admin.query('select 1 from identity.outbox where settled_at is null');
      return rows.length === 0;
    });

  it('leads from a committed transaction to one effect each, and from an undone one to none', async () => {
    await publish(databaseOf(producer), 20);
    await expect(publish(databaseOf(producer), 5, true)).rejects.toThrow('undone');
    await effectsAre(20);
    await allSettled();
    expect((await effects(admin)).rows).toHaveLength(20);
  });

  it('is taken at once: the commit wakes the relay, which looks by itself once a second only', async () => {
    await publish(databaseOf(producer));
    await effectsAre(1);
    const startedAt = performance.now();
    // One after the other: without the waking, each would wait for a look of its own.
    for (let count = 2; count <= 11; count += 1) {
      await publish(databaseOf(producer));
      await effectsAre(count);
    }
    expect(performance.now() - startedAt).toBeLessThan(6_000);
    await allSettled();
  });

  it('leaves one row in the audit of whoever takes it, under the trace id of its cause', async () => {
    let given = 0;
    take = () => Promise.resolve((given += 1) === 1 ? later(50) : undefined);
    await publish(databaseOf(producer));
    await effectsAre(1);
    const [effect] = (await effects(admin)).rows;
    const { rows } = await admin.query(
      `select actor_kind, action, outcome, trace_id, targets ? 'partnerId' as names_partner
       from notifications.audit where actor_id = $1`,
      [effect?.event_id],
    );
    const cause = { trace_id: 'a'.repeat(32), names_partner: true };
    expect(rows).toEqual([
      { actor_kind: 'event', action: 'identity.api-access-changed.v1', outcome: 'done', ...cause },
    ]);
    await allSettled();
  });

  it('leaves none where there was nothing to do, and is taken all the same', async () => {
    take = () => Promise.resolve(unchanged);
    await publish(databaseOf(producer));
    await effectsAre(1);
    const [effect] = (await effects(admin)).rows;
    await allSettled();
    const { rows } = await admin.query(
      `select (select count(*)::int from notifications.consumed_events where event_id = $1::uuid) as taken,
         (select count(*)::int from notifications.audit where actor_id = $1::text) as recorded`,
      [effect?.event_id],
    );
    expect(rows).toEqual([{ taken: 1, recorded: 0 }]);
  });

  it('is gone again after a fault, and leaves nothing half done', async () => {
    let faults = 0;
    take = () => ((faults += 1) <= 2 ? Promise.reject(new Error('a fault')) : Promise.resolve(undefined));
    await publish(databaseOf(producer));
    await effectsAre(1);
    expect(faults).toBe(3);
    await allSettled();
  });

  it('can be put off: what was written stays undone until it is time, and no fault is counted', async () => {
    let given = 0;
    take = () => Promise.resolve((given += 1) <= 7 ? later(50) : undefined);
    await publish(databaseOf(producer));
    await effectsAre(1);
    expect(given).toBe(8);
    const { rows } = await admin.query('select 1 from notifications.dead_letters');
    expect(rows).toHaveLength(0);
    await allSettled();
  });

  it('ends in the dead letters when every attempt fails, while the others flow on', async () => {
    let first: string | undefined;
    take = ({ id }) => ((first ??= id) === id ? Promise.reject(new Error('never')) : Promise.resolve(undefined));
    await publish(databaseOf(producer), 6);
    await effectsAre(5);
    await until('the dead letter', async () => {
      const { rows } = await admin.query('select 1 from notifications.dead_letters where event_id = $1', [first]);
      return rows.length === 1;
    });
    await allSettled();
  });

  it('is taken again where the stream has lost what nobody had recorded', async () => {
    await consumer?.app.close();
    await publish(databaseOf(producer), 8);
    await until('all to be published', async () => {
      const { rows } = await admin.query('select 1 from identity.outbox where published_at is null');
      return rows.length === 0;
    });
    await purge('sandbox');
    consumer = await start(recorder);
    await effectsAre(8);
    await allSettled();
    expect((await effects(admin)).rows).toHaveLength(8);
  });

  it('is taken again by whoever is there, while another consumer of it is away; and is not settled before that one', async () => {
    const eventId = await publishForTwo(databaseOf(producer));
    await effectsAre(1);
    await consumer?.app.close();
    await admin.query('delete from notifications.effects');
    await admin.query('delete from notifications.consumed_events where event_id = $1', [eventId]);
    await purge('sandbox');
    consumer = await start(recorder);
    await effectsAre(1);
    const { rows } = await admin.query('select settled_at from identity.outbox where event_id = $1', [eventId]);
    expect(rows).toEqual([{ settled_at: null }]);
  });

  /** `key-deleted`, which notifications takes and tokens, of which no copy runs here. */
  const publishForTwo = (database: Database) =>
    database.transaction('sandbox', 'a'.repeat(32), async (tx) => {
      const key = { partnerId: newId<PartnerId>(), accountId: newId(), subscriptionId: newId(), keyId: newId() };
      const data = { ...key, keyName: 'a key', applicationId: 'app_sbx_1', revokeTokens: true, by };
      await tx.publishEvent(identity.keyDeleted, { id: key.keyId, version: 1 }, data as never);
      const [row] = await tx.manager.query<[{ event_id: string }]>(
        `select event_id from identity.outbox where event->'data'->>'keyId' = $1`,
        [key.keyId],
      );
      return row.event_id;
    });

  async function purge(scope: 'sandbox') {
    const { username, password, host } = new URL(system.natsUrl);
    const connection = await connect({ servers: host, user: username, pass: decodeURIComponent(password) });
    await (await jetstreamManager(connection)).streams.purge(streamName(scope));
    await connection.close();
  }
});

function databaseOf(service: StartedService | undefined): Database {
  if (!service) throw new Error('the service has not started');
  return service.database;
}

function bare(url: string): string {
  const address = new URL(url);
  address.username = '';
  address.password = '';
  return address.toString();
}
