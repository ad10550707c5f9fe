import { Injectable, Module } from '@nestjs/common';
import { DeliverPolicy, jetstream, jetstreamManager, type JetStreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { SystemClock } from '#libs/clock';
import { serviceEnvironment, type ServiceConfig } from '#libs/config';
import {
  consumers,
  eventSubject,
  identity,
  streamName,
  type CloudEvent,
  type EventId,
  type PartnerId,
  type Service,
} from '#libs/contracts';
import { deriveServiceKey } from '#libs/crypto';
import { newId, type Database, type Tx } from '#libs/database';
import { createLogger } from '#libs/observability';
import { defineService, startService, type ServiceDefinition, type StartedService } from './index';
import { controlOf, refusingAll, startSystem, until, type RunningSystem } from '#libs/testing';
import {
  DeadLetters,
  EventHandler,
  EventsHandler,
  later,
  Purge,
  unchanged,
  type Later,
  type Unchanged,
} from '#libs/events';

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

/** And what it takes many of in one transaction. */
let takeTogether: (events: CloudEvent[]) => Promise<void> = () => Promise.resolve();

@Injectable()
class Recorder {
  @EventsHandler(identity.roleChanged)
  async recordTogether<Event extends CloudEvent>(events: Event[], tx: Tx): Promise<Event[]> {
    await tx.manager.query('insert into notifications.effects (event_id) select unnest($1::uuid[])', [
      events.map(({ id }) => id),
    ]);
    await takeTogether(events);
    return events;
  }

  @EventHandler(...consumedBy('notifications').filter((event) => event !== identity.roleChanged))
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
  let patienceSeconds = 3_600;

  const start = <Config extends ServiceConfig>(definition: ServiceDefinition<Config>) => {
    const config = definition.config.schema.parse({
      SLIPWAY_SERVICE_KEY: deriveServiceKey(system.masterKey, definition.name),
      SLIPWAY_NATS: `nats://${new URL(system.natsUrl).host}`,
      SLIPWAY_DATABASE: bare(system.databaseUrl),
      SLIPWAY_RECONCILE_SECONDS: '1',
      SLIPWAY_PUT_OFF_SECONDS: String(patienceSeconds),
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
    takeTogether = () => Promise.resolve();
    await admin.query('delete from notifications.effects');
  });

  /** Publishes for one account, in the sandbox, what one consumer takes: one by one, or many together. */
  const publish = (database: Database, count = 1, { fails = false, together = false } = {}) =>
    database.transaction('sandbox', 'a'.repeat(32), async (tx) => {
      for (let number = 0; number < count; number += 1) {
        const data = { partnerId: newId<PartnerId>(), accountId: newId(), by };
        const about = { id: newId(), version: 1 };
        if (together)
          await tx.publishEvent(identity.roleChanged, about, {
            ...data,
            ...{ personId: newId(), username: 'ada', role: 'developer' },
          } as never);
        else await tx.publishEvent(identity.apiAccessChanged, about, { ...data, enabled: true } as never);
      }
      if (fails) throw new Error('the transaction is undone');
    });
  const anEvent = (): CloudEvent => ({
    ...{ specversion: '1.0', id: randomUUID() as EventId, type: 'identity.api-access-changed.v1' },
    ...{ source: 'slipway/identity', subject: 'a spec', time: new Date().toISOString() },
    ...{ datacontenttype: 'application/json', scope: 'sandbox', aggregateid: randomUUID(), aggregateversion: 1 },
    traceid: 'a'.repeat(32),
    data: { partnerId: randomUUID(), accountId: randomUUID(), enabled: true, by },
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
    await expect(publish(databaseOf(producer), 5, { fails: true })).rejects.toThrow('undone');
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

  it('that fails is tried again, and leaves nothing half done', async () => {
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

  const putOff = async () =>
    (
      await admin.query<{ event_id: string; reason: string }>(
        'select event_id, reason from notifications.put_off_events',
      )
    ).rows;
  const deadLettersOf = async (eventId?: string) =>
    (await admin.query('select 1 from notifications.dead_letters where event_id = $1', [eventId])).rows;

  it('that fails waits in Postgres: the others flow on, nothing waits in the stream, and it is settled', async () => {
    let first: string | undefined;
    let isMended = false;
    take = ({ id }) =>
      (first ??= id) === id && !isMended ? Promise.reject(new Error('never')) : Promise.resolve(undefined);
    await publish(databaseOf(producer), 6);
    await effectsAre(5);
    await until('it to be put off', async () => (await putOff()).length === 1);
    expect(await putOff()).toEqual([{ event_id: first, reason: 'never' }]);
    await until('nothing to wait in the stream', async () => (await info()).num_ack_pending === 0);
    await allSettled();
    expect(await deadLettersOf(first)).toEqual([]);
    isMended = true;
    await effectsAre(6);
    await until('it to be put off no longer', async () => (await putOff()).length === 0);
  });

  it('of a type that this copy does not know waits for one that does, and is no dead letter', async () => {
    const [event] = await asBroker(async (connection) => {
      const known = { ...anEvent(), type: 'identity.of-a-later-release.v1' };
      await jetstream(connection).publish(`events.sandbox.identity.api-access-changed.v1`, JSON.stringify(known));
      return [known];
    });
    await until('it to be put off', async () => (await putOff()).length === 1);
    expect(await putOff()).toEqual([{ event_id: event?.id, reason: 'no handler for identity.of-a-later-release.v1' }]);
    expect(await deadLettersOf(event?.id)).toEqual([]);
    // As a copy would that knows it: the row is all it needs.
    await admin.query(
      `update notifications.put_off_events set payload = replace(payload, 'of-a-later-release', 'api-access-changed')`,
    );
    await effectsAre(1);
    await until('it to be put off no longer', async () => (await putOff()).length === 0);
  });

  it('is a dead letter when it has failed for all its time; tried again on demand, it is taken once', async () => {
    await consumer?.app.close();
    patienceSeconds = 1;
    consumer = await start(recorder);
    let first: string | undefined;
    let isMended = false;
    take = ({ id }) =>
      (first ??= id) === id && !isMended ? Promise.reject(new Error('never')) : Promise.resolve(undefined);
    await publish(databaseOf(producer), 6);
    await effectsAre(5);
    await until('the dead letter', async () => (await deadLettersOf(first)).length === 1);
    expect(await putOff()).toEqual([]);
    await allSettled();
    isMended = true;
    const letters = consumer.app.get(DeadLetters, { strict: false });
    const redelivered = await databaseOf(consumer).transaction('sandbox', 'none', ({ manager }) =>
      letters.redeliver(manager, 'sandbox', {}),
    );
    expect(redelivered).toBe(1);
    await effectsAre(6);
    expect(await deadLettersOf(first)).toEqual([]);
    await allSettled();
  });

  it('is no dead letter where another copy has taken it while this one could not read it', async () => {
    await consumer?.app.close();
    patienceSeconds = 1;
    consumer = await start(recorder);
    const event = { ...anEvent(), type: 'identity.of-a-later-release.v1' };
    await asBroker((connection) =>
      jetstream(connection).publish(`events.sandbox.identity.api-access-changed.v1`, JSON.stringify(event)),
    );
    await until('it to be put off', async () => (await putOff()).length === 1);
    await admin.query(
      `insert into notifications.consumed_events (scope, consumer, event_id) values ('sandbox', $1, $2)`,
      [durable_name, event.id],
    );
    await until('it to be put off no longer', async () => (await putOff()).length === 0);
    expect(await deadLettersOf(event.id)).toEqual([]);
  });

  it('is remembered by who has taken one from before for as long as its publisher keeps it, however old', async () => {
    await publish(databaseOf(producer));
    await effectsAre(1);
    await allSettled();
    const ofSandbox = `where scope = 'sandbox'`;
    await admin.query(`update identity.outbox set written_at = now() - interval '62 days' ${ofSandbox}`);
    // Of what identity publishes in the sandbox, it takes some itself, into what spans both environments.
    await admin.query(
      `insert into identity.consumed_events (scope, consumer, event_id, recorded_at)
       values ('shared', 'identity_sandbox_into_shared', gen_random_uuid(), now() - interval '61 days')`,
    );
    const remembered = async () =>
      (await admin.query(`select from identity.consumed_events where recorded_at < now() - interval '60 days'`)).rows;
    await purgeOf(producer).inScope('shared');
    expect(await remembered()).toHaveLength(1);
    await admin.query(`update identity.outbox set settled_at = now() - interval '31 days' ${ofSandbox}`);
    await purgeOf(producer).inScope('sandbox');
    expect((await admin.query(`select from identity.outbox ${ofSandbox}`)).rows).toEqual([]);
    await purgeOf(producer).inScope('shared');
    expect(await remembered()).toEqual([]);
  });

  it('harms no neighbour when it fails among many that are taken together', async () => {
    await consumer?.app.close();
    let bad: string | undefined;
    const sizes: number[] = [];
    takeTogether = (events) => {
      sizes.push(events.length);
      const [middle] = events.filter((_event, index) => index === Math.floor(events.length / 2));
      if (events.length > 10) bad ??= middle?.id;
      return events.some(({ id }) => id === bad) ? Promise.reject(new Error('never')) : Promise.resolve();
    };
    await publish(databaseOf(producer), 40, { together: true });
    await until('all to be published', async () => (await unpublished()) === 0);
    consumer = await start(recorder);
    await effectsAre(39);
    expect(Math.max(...sizes)).toBeGreaterThan(10);
    await until('it to be put off', async () => (await putOff()).length === 1);
    expect(await putOff()).toMatchObject([{ event_id: bad }]);
    bad = 'none';
    await effectsAre(40);
    const { rows } = await admin.query<{ acts: number }>(
      `select count(*)::int as acts from notifications.audit where action = 'identity.role-changed.v1'`,
    );
    expect(rows).toEqual([{ acts: 40 }]);
    await allSettled();
  });

  it('is not published again while a slow listener is still on its way to it', async () => {
    take = () => new Promise((resolve) => setTimeout(() => resolve(undefined), 15));
    const before = (await streamState()).messages;
    await publish(databaseOf(producer), 300);
    await effectsAre(300);
    await allSettled();
    expect((await streamState()).messages - before).toBe(300);
  });

  it('keeps no other from being settled while its own consumer is away', async () => {
    await publishForNobody(databaseOf(producer), 1_200);
    const eventId = await publishForTwo(databaseOf(producer));
    await effectsAre(2);
    await until('the other to be settled', async () => {
      const { rows } = await admin.query('select settled_at from identity.outbox where event_id = $1', [eventId]);
      return rows[0]?.settled_at !== null;
    });
    const gone = await admin.query(
      `delete from identity.outbox where settled_at is null and event->>'type' = 'identity.partner-changed.v1'`,
    );
    expect(gone.rowCount).toBe(1_200);
  });

  it('that the broker refuses is passed over: those behind it flow on', async () => {
    const eventId = await publishTooLarge(databaseOf(producer));
    await publish(databaseOf(producer), 3);
    await effectsAre(3);
    const { rows } = await admin.query<{ published_at: Date | null; looks: number }>(
      'select published_at, looks from identity.outbox where event_id = $1',
      [eventId],
    );
    expect(rows).toMatchObject([{ published_at: null }]);
    expect(rows[0]?.looks).toBeGreaterThan(0);
    await admin.query('delete from identity.outbox where event_id = $1', [eventId]);
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

  it('is taken again where the stream was deleted, whatever its new one has come to', async () => {
    await publish(databaseOf(producer), 3);
    await effectsAre(3);
    await allSettled();
    await consumer?.app.close();
    await publish(databaseOf(producer), 8);
    await until('all to be published', async () => (await unpublished()) === 0);
    await asBroker(async (_connection, manager) => {
      const { config } = await manager.streams.info(streamName('sandbox'));
      const durable = await manager.consumers.info(streamName('sandbox'), durable_name);
      await manager.streams.delete(streamName('sandbox'));
      await manager.streams.add(config);
      await manager.consumers.add(streamName('sandbox'), { ...durable.config, deliver_policy: DeliverPolicy.All });
    });
    consumer = await start(recorder);
    await effectsAre(11);
    await allSettled();
  });

  it('is taken once where its durable was made again and begins behind it', async () => {
    await consumer?.app.close();
    await publish(databaseOf(producer), 8);
    await until('all to be published', async () => (await unpublished()) === 0);
    await asBroker(async (_connection, manager) => {
      const durable = await manager.consumers.info(streamName('sandbox'), durable_name);
      await manager.consumers.delete(streamName('sandbox'), durable_name);
      await manager.consumers.add(streamName('sandbox'), { ...durable.config, deliver_policy: DeliverPolicy.New });
    });
    consumer = await start(recorder);
    await effectsAre(8);
    await allSettled();
  });

  it('is taken by whoever is there, while another consumer of it is away; and is settled when that one has it, too', async () => {
    const away = 'notifications_shared_into_production';
    await consumer?.app.close();
    const durable = await asBroker(async (_connection, manager) => {
      const { config } = await manager.consumers.info(streamName('shared'), away);
      await manager.consumers.delete(streamName('shared'), away);
      return config;
    });
    const eventId = await publishForTwo(databaseOf(producer));
    await until('it to be published', async () => (await unpublished()) === 0);
    await asBroker((_connection, manager) => manager.streams.purge(streamName('shared')));
    consumer = await start(recorder);
    await effectsAre(1);
    await until('one to be awaited', async () => {
      const { rows } = await admin.query<{ awaited: string[] | null }>(
        'select awaited from identity.outbox where event_id = $1 and settled_at is null',
        [eventId],
      );
      return rows[0]?.awaited?.join() === away;
    });
    await asBroker((_connection, manager) =>
      manager.consumers.add(streamName('shared'), { ...durable, deliver_policy: DeliverPolicy.New }),
    );
    await effectsAre(2);
    await allSettled();
  });

  const durable_name = 'notifications_sandbox_into_sandbox';
  const info = () => asBroker((_connection, manager) => manager.consumers.info(streamName('sandbox'), durable_name));
  const streamState = () =>
    asBroker(async (_connection, manager) => (await manager.streams.info(streamName('sandbox'))).state);
  const unpublished = async () =>
    (await admin.query('select 1 from identity.outbox where published_at is null')).rows.length;
  const purge = (scope: 'sandbox') => asBroker((_connection, manager) => manager.streams.purge(streamName(scope)));

  /** `partner-reinstated`, which notifications alone takes, for both environments. @returns the event's id */
  const publishForTwo = async (database: Database): Promise<string> => {
    const id = newId<PartnerId>();
    await database.transaction('shared', 'a'.repeat(32), (tx) =>
      tx.publishEvent(identity.partnerReinstated, { id, version: 1 }, { partnerId: id, by } as never),
    );
    const { rows } = await admin.query<{ event_id: string }>(
      `select event_id from identity.outbox where event->>'aggregateid' = $1`,
      [id],
    );
    return rows[0]?.event_id ?? '';
  };

  /** `partner-changed`, for a service of which no copy runs here. */
  const publishForNobody = (database: Database, count: number) =>
    database.transaction('shared', 'a'.repeat(32), async (tx) => {
      const partner = () => ({ partnerId: newId<PartnerId>(), name: 'A', domain: 'a.example' });
      for (let number = 0; number < count; number += 1)
        await tx.publishEvent(
          identity.partnerChanged,
          { id: newId(), version: 1 },
          { ...partner(), verified: true, suspended: false },
        );
    });

  /** More than the broker takes in one message. @returns the event's id */
  const publishTooLarge = async (database: Database): Promise<string> => {
    const event = anEvent();
    const row = ['sandbox', event.id, eventSubject(identity.apiAccessChanged, 'sandbox')];
    const padded = { ...event, data: { ...(event.data as object), padding: 'x'.repeat(9_000_000) } };
    await database.transaction('sandbox', 'a'.repeat(32), ({ manager }) =>
      manager.query('insert into identity.outbox (scope, event_id, subject, event) values ($1, $2, $3, $4)', [
        ...row,
        JSON.stringify(padded),
      ]),
    );
    return event.id;
  };

  async function asBroker<Result>(
    work: (connection: NatsConnection, manager: JetStreamManager) => Promise<Result>,
  ): Promise<Result> {
    const { username, password, host } = new URL(system.natsUrl);
    const connection = await connect({ servers: host, user: username, pass: decodeURIComponent(password) });
    try {
      return await work(connection, await jetstreamManager(connection));
    } finally {
      await connection.close();
    }
  }
});

function purgeOf(service: StartedService | undefined): Purge {
  if (!service) throw new Error('the service has not started');
  return service.app.get(Purge, { strict: false });
}

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
