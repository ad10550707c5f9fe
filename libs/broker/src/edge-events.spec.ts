import { DeliverPolicy, jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import {
  cloudEvent,
  eventSubject,
  identity,
  streamName,
  type AccountId,
  type CloudEvent,
  type EventDefinition,
  type PartnerId,
} from '#libs/contracts';
import { deriveServiceKey } from '#libs/crypto';
import { createLogger, metricsText } from '#libs/observability';
import { anId, BrokerLink, ManualClock, specSystem, until } from '#libs/testing';
import { Connections } from './connections';
import { EdgeEvents } from './edge-events';

/** As if it came from an edge: the broker lets `identity` publish it, and no edge has an event of its own yet. */
const edgeEvent = { ...identity.accountActivated, source: 'edge' } as const;
const type = 'identity.account-activated.v1';
const bufferMax = 10_000;
const data = {
  partnerId: anId<PartnerId>(),
  accountId: anId<AccountId>(),
  by: { kind: 'system' as const, id: null, displayName: 'A spec' },
};

async function lost(): Promise<number> {
  const { body } = await metricsText();
  return Number(
    /^slipway_edge_events_lost_total\{type="identity\.account-activated\.v1"\} (\d+)$/m.exec(body)?.[1] ?? 0,
  );
}

describe('events of an edge', () => {
  let admin: NatsConnection;
  let link: BrokerLink;
  let connections: Connections;
  let events: EdgeEvents;
  let clock: ManualClock;
  let lostBefore: number;
  let firstSequence: number;

  beforeAll(async () => {
    const { host, username, password } = new URL(specSystem().natsUrl);
    admin = await connect({ servers: host, user: username, pass: decodeURIComponent(password) });
  });
  afterAll(() => admin.close());
  beforeEach(async () => {
    link = await BrokerLink.to(specSystem().natsUrl);
    const serviceKey = deriveServiceKey(specSystem().masterKey, 'identity');
    const settings = { app: 'identity' as const, serviceKey, servers: link.url, scopes: ['sandbox'] as const };
    connections = await Connections.open(settings, createLogger('spec', 'fatal'));
    clock = new ManualClock();
    events = new EdgeEvents(connections, clock, createLogger('spec', 'fatal'));
    lostBefore = await lost();
    const { state } = await (await jetstreamManager(admin)).streams.info(streamName('sandbox'));
    firstSequence = state.last_seq + 1;
  });
  afterEach(async () => {
    await events.onApplicationShutdown();
    // A connection that waits for its broker would not end.
    await link.restore();
    await isUp(true);
    await connections.onApplicationShutdown();
    await link.cut();
  });

  /** Each about something of its own, by which the stream is asked for it. */
  const publish = (subject: string = anId(), definition: EventDefinition = edgeEvent) => {
    events.publish(definition, { scope: 'sandbox', subject, traceId: 'a'.repeat(32), data });
    return subject;
  };
  const publishMany = (count: number) => Array.from({ length: count }, () => publish());
  const allAcknowledged = () => until('every acknowledgement', () => Promise.resolve(events.pending === 0));
  const isUp = (up: boolean) => until('the connection', () => Promise.resolve(connections.isUp() === up));

  /** All of them that the stream has taken since the test began, oldest first. */
  async function stored() {
    const manager = await jetstreamManager(admin);
    const filter_subject = eventSubject(edgeEvent, 'sandbox');
    const consumer = await jetstream(admin).consumers.get(streamName('sandbox'), {
      filter_subjects: filter_subject,
      deliver_policy: DeliverPolicy.StartSequence,
      opt_start_seq: firstSequence,
    });
    const { num_pending } = await consumer.info();
    const found: { id: string; event: CloudEvent }[] = [];
    while (found.length < num_pending) {
      const messages = await consumer.fetch({ max_messages: num_pending - found.length, expires: 5_000 });
      for await (const message of messages)
        found.push({ id: message.headers?.get('Nats-Msg-Id') ?? '', event: message.json() });
    }
    await manager.consumers.delete(streamName('sandbox'), (await consumer.info()).name);
    return found;
  }
  const storedOf = async (subjects: string[]) => {
    const wanted = new Set(subjects);
    return (await stored()).filter(({ event }) => wanted.has(event.subject));
  };

  describe('published', () => {
    it('stand in the stream of their scope as CloudEvents, under their own id', async () => {
      const before = clock.now();
      const subject = publish();
      await allAcknowledged();
      const [{ id, event } = { id: '', event: {} }, ...others] = await storedOf([subject]);
      expect(others).toEqual([]);
      expect(cloudEvent.parse(event)).toMatchObject({
        id,
        type,
        source: 'slipway/identity',
        subject,
        scope: 'sandbox',
        traceid: 'a'.repeat(32),
        data,
      });
      expect(Date.parse(cloudEvent.parse(event).time)).toBeGreaterThanOrEqual(before);
      expect(await lost()).toBe(lostBefore);
    });

    it('all of many, each once', async () => {
      const subjects = publishMany(1_000);
      await allAcknowledged();
      const found = await storedOf(subjects);
      expect(found.map(({ event }) => event.subject).sort()).toEqual(subjects.sort());
      expect(new Set(found.map(({ id }) => id)).size).toBe(1_000);
    });

    it('by the clock that is injected', async () => {
      clock.advance(3_600_000);
      const subject = publish();
      const now = clock.now();
      await allAcknowledged();
      const [found] = await storedOf([subject]);
      expect(Math.abs(now - Date.parse(found?.event.time ?? ''))).toBeLessThan(60_000);
    });
  });

  describe('not acknowledged', () => {
    it('are sent again under the same id, and stored once', async () => {
      link.hold();
      const subject = publish();
      await until('the stream to have it', async () => (await storedOf([subject])).length > 0);
      // The stream has it, and nobody has said so.
      expect(events.pending).toBe(1);
      await link.cut();
      await link.restore();
      await allAcknowledged();
      expect(await storedOf([subject])).toHaveLength(1);
      expect(await lost()).toBe(lostBefore);
    });
  });

  describe('while the broker is away', () => {
    it('wait, and are stored when it is back', async () => {
      await link.cut();
      await isUp(false);
      const subjects = publishMany(300);
      expect(events.pending).toBe(300);
      await link.restore();
      await allAcknowledged();
      expect((await storedOf(subjects)).map(({ event }) => event.subject).sort()).toEqual(subjects.sort());
      expect(await lost()).toBe(lostBefore);
    });

    it('wait in a buffer that is bounded: what comes beyond is lost and counted, and the others are not', async () => {
      await link.cut();
      await isUp(false);
      const kept = publishMany(bufferMax);
      const beyond = publishMany(7);
      expect(events.pending).toBe(bufferMax);
      expect(await lost()).toBe(lostBefore + 7);
      await link.restore();
      await allAcknowledged();
      expect(await storedOf(kept)).toHaveLength(bufferMax);
      expect(await storedOf(beyond)).toEqual([]);
    });

    it('reach the stream before the process ends', async () => {
      const subjects = publishMany(300);
      await events.onApplicationShutdown();
      expect(events.pending).toBe(0);
      expect(await lost()).toBe(lostBefore);
      expect(await storedOf(subjects)).toHaveLength(subjects.length);
    });

    it('are lost with the process, and counted', async () => {
      await link.cut();
      await isUp(false);
      publishMany(3);
      await events.onApplicationShutdown();
      expect(events.pending).toBe(0);
      expect(await lost()).toBe(lostBefore + 3);
    });

    it('are lost with the process, too, when they were on their way', async () => {
      link.hold();
      const subject = publish();
      await until('the stream to have it', async () => (await storedOf([subject])).length > 0);
      const over = events.onApplicationShutdown();
      await link.cut();
      await isUp(false);
      await over;
      await until('it to be counted', async () => (await lost()) === lostBefore + 1);
      expect(events.pending).toBe(0);
    });
  });

  describe('refused', () => {
    const refuses = async (definition: EventDefinition, reason: string, given: object = data) => {
      const subject = anId();
      const event = { scope: 'sandbox' as const, subject, traceId: 'a'.repeat(32), data: given };
      expect(() => events.publish(definition, event)).toThrow(reason);
      expect(events.pending).toBe(0);
      publish();
      await allAcknowledged();
      expect(await storedOf([subject])).toEqual([]);
    };

    it('what belongs in an outbox', () =>
      refuses(identity.accountActivated, `identity may not publish ${type} straight to the stream`));

    it('what says so itself', () =>
      refuses({ ...edgeEvent, source: 'outbox' }, `identity may not publish ${type} straight to the stream`));

    it("another app's", () =>
      refuses({ ...edgeEvent, app: 'gateway' }, 'identity may not publish gateway.account-activated.v1'));

    it('what is not of its contract', () => refuses(edgeEvent, 'partnerId', { ...data, partnerId: 'somebody' }));
  });
});
