import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { jetstream, type ConsumerMessages, type JsMsg } from '@nats-io/jetstream';
import { Connections } from '#libs/broker';
import { Latch } from '#libs/clock';
import { durableName, streamName, type CloudEvent, type ConsumerSpec } from '#libs/contracts';
import { Database } from '#libs/database';
import { metrics } from '#libs/observability';
import { EventHandlers, eventIdIn, type Handling, type ReadEvent } from './event-handlers';
import { isUnavailable, PutOffEvents } from './put-off-events';
import { Stalls } from './stalls';

const afterFaultMs = 500;
/** A pull request's life; half of it without a heartbeat, twice, and the consumer is looked for anew. */
const pullMs = 4_000;
/** How many events are taken in one transaction. */
const batchMax = 256;
/** After which what could not be recorded comes again. */
const whileAwayMs = 1_600;
const idleMs = 60_000;

/** How far a durable has come in its stream. */
export interface ConsumerPosition {
  /** Everything up to this sequence was taken. */
  takenUpTo: number;
  /** Everything there is was taken. */
  caughtUp: boolean;
}

interface Taken {
  message: JsMsg;
  event: CloudEvent;
  handling: Handling;
}

/**
 * Runs this service's durable consumers. Effects and event ids are recorded in one transaction, then the messages are
 * acknowledged. What cannot be taken is put off and waits in Postgres, so that the others flow on; a database that is away
 * is no failure of any event, and is waited for.
 */
@Injectable()
export class EventConsumers implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly stopping = new Latch();
  private readonly running = new Map<string, ConsumerMessages>();
  private loops: Promise<void>[] = [];

  constructor(
    private readonly database: Database,
    private readonly connections: Connections,
    private readonly handlers: EventHandlers,
    private readonly putOffEvents: PutOffEvents,
    private readonly stalls: Stalls,
  ) {}

  onApplicationBootstrap(): void {
    this.handlers.requireAll();
    this.loops = this.handlers.own().map((spec) => this.keepConsuming(spec));
  }

  /** While the database and the connections are there: what has begun is recorded and acknowledged. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stopping.raise();
    for (const messages of this.running.values()) messages.stop();
    await Promise.all(this.loops);
  }

  /** Whether every durable is being read: one whose stream or consumer is missing is not. */
  isConsuming(): boolean {
    return this.handlers.own().every((spec) => this.running.has(durableName(spec)));
  }

  /** Of each durable, how many events wait for it, those under way included. */
  async lag(): Promise<{ consumer: string; events: number }[]> {
    return Promise.all(
      this.handlers.own().map(async (spec) => {
        const { num_pending: pending, num_ack_pending: underWay } = await this.infoOf(spec);
        return { consumer: durableName(spec), events: pending + underWay };
      }),
    );
  }

  /** @throws Error there is no such durable, or the broker is away */
  async positionOf(consumer: string): Promise<ConsumerPosition | undefined> {
    const spec = this.handlers.own().find((own) => durableName(own) === consumer);
    if (!spec) return undefined;
    const info = await this.infoOf(spec);
    return { takenUpTo: info.ack_floor.stream_seq, caughtUp: info.num_pending + info.num_ack_pending === 0 };
  }

  private async infoOf(spec: ConsumerSpec) {
    const stream = jetstream(this.connections.of(spec.from));
    const consumer = await stream.consumers.get(streamName(spec.from), durableName(spec));
    return consumer.info();
  }

  private async keepConsuming(spec: ConsumerSpec): Promise<void> {
    while (!this.stopping.raised) {
      try {
        await this.consume(spec);
      } catch (error) {
        if (!this.stopping.raised) this.stalls.stall(`consumer ${durableName(spec)}`, error);
      }
      await this.stopping.within(afterFaultMs);
    }
  }

  private async consume(spec: ConsumerSpec): Promise<void> {
    const connection = this.connections.of(spec.from);
    const consumer = await jetstream(connection).consumers.get(streamName(spec.from), durableName(spec));
    const messages = await consumer.consume({
      max_messages: 2 * batchMax,
      expires: pullMs,
      abort_on_missing_resource: true,
    });
    this.stalls.goOn(`consumer ${durableName(spec)}`);
    this.running.set(durableName(spec), messages);
    if (this.stopping.raised) messages.stop();
    try {
      for await (const batch of inBatches(messages)) {
        // What has been fetched and not begun is for another copy, at once.
        if (this.stopping.raised) for (const message of batch) message.nak();
        else await this.take(spec, batch);
      }
    } finally {
      this.running.delete(durableName(spec));
    }
  }

  private async take(spec: ConsumerSpec, messages: JsMsg[]): Promise<void> {
    const together = new Map<Handling, Taken[]>();
    const rest = new Set(messages);
    try {
      for (const message of messages) {
        const read = await this.read(spec, message);
        if (read && 'together' in read.handling) {
          together.set(read.handling, [...(together.get(read.handling) ?? []), { message, ...read }]);
          continue;
        }
        if (read) await this.record(spec, read.handling, [{ message, ...read }]);
        rest.delete(message);
      }
      for (const [handling, taken] of together) {
        await this.record(spec, handling, taken);
        for (const { message } of taken) rest.delete(message);
      }
    } catch (error) {
      // Nothing can be written just now: the broker gives them again.
      this.stalls.stall(`database of consumer ${durableName(spec)}`, error);
      for (const message of rest) message.nak(whileAwayMs);
    }
  }

  /** @returns what the event is; undefined: it waits for a copy that can read it, or never was one */
  private async read(spec: ConsumerSpec, message: JsMsg): Promise<ReadEvent | undefined> {
    try {
      return this.handlers.read(message.string());
    } catch (error) {
      await this.setAside(spec, message, error);
      return undefined;
    }
  }

  /** All of them in one transaction; where that fails, each in its own. @throws unavailable */
  private async record(spec: ConsumerSpec, handling: Handling, taken: Taken[]): Promise<void> {
    const [first] = taken;
    if (!first) return;
    const events = taken.map(({ event }) => event);
    try {
      await this.database.transaction(spec.into, first.event.traceid, (tx) =>
        this.handlers.record(tx, spec, events, handling),
      );
    } catch (error) {
      if (isUnavailable(error)) throw error;
      if (taken.length === 1) return this.setAside(spec, first.message, error);
      for (const one of taken) await this.record(spec, handling, [one]);
      return;
    }
    for (const { message } of taken) this.settle(spec, message, 'recorded');
  }

  /** @throws unavailable, and whatever else keeps it from being written */
  private async setAside(spec: ConsumerSpec, message: JsMsg, error: unknown): Promise<void> {
    const payload = message.string();
    const { subject } = message;
    const eventId = eventIdIn(payload);
    if (eventId) await this.putOffEvents.putOff(spec, { subject, eventId, payload }, error);
    else await this.putOffEvents.bury(spec, { subject, payload }, 'not a CloudEvent of ours');
    this.settle(spec, message, eventId ? 'put_off' : 'set_aside');
  }

  private settle(spec: ConsumerSpec, message: JsMsg, outcome: 'recorded' | 'put_off' | 'set_aside'): void {
    this.stalls.goOn(`database of consumer ${durableName(spec)}`);
    metrics.eventsHandled.inc({ consumer: durableName(spec), outcome });
    message.ack();
  }
}

/** What has arrived while the batch before was taken: one message where few come, many where there are many. */
async function* inBatches(messages: ConsumerMessages): AsyncGenerator<JsMsg[]> {
  const waiting: JsMsg[] = [];
  const news = new Latch();
  let hasEnded = false;
  const reading = (async () => {
    try {
      for await (const message of messages) {
        waiting.push(message);
        news.raise();
      }
    } finally {
      hasEnded = true;
      news.raise();
    }
  })();
  // Thrown below, once what has arrived is taken.
  reading.catch(() => undefined);
  for (;;) {
    news.lower();
    if (waiting.length > 0) yield waiting.splice(0, batchMax);
    else if (hasEnded) return await reading;
    else await news.within(idleMs);
  }
}
