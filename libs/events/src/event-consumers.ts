import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { jetstream, type ConsumerMessages, type JsMsg } from '@nats-io/jetstream';
import { Connections } from '#libs/broker';
import {
  cloudEvent,
  consumers,
  durableName,
  eventType,
  streamName,
  type CloudEvent,
  type ConsumerSpec,
  type EventId,
  type EventDefinition,
} from '#libs/contracts';
import { Database, idsIn, newId, recordAct, type Act, type Tx } from '#libs/database';
import { SlipwayError } from '#libs/errors';
import { LOGGER, metrics, type Logger } from '#libs/observability';
import { handledEventsOf, Later, unchanged, type BoundEventHandler } from './event-handler';
import { Latch } from './latch';
import { Stalls } from './stalls';

/** How often an event handler may fail, on one copy, before the event is set aside. */
const attemptsMax = 5;
const retryDelayMs = (attempt: number): number => Math.min(200 * 2 ** attempt, 5_000);
const afterFaultMs = 500;
/** An event that is given this often without an effect is worth a look. */
const deliveriesBeforeStall = 10;
/** A pull request's life; half of it without a heartbeat, twice, and the consumer is looked for anew. */
const pullMs = 4_000;

/** An event no event handler can ever digest. */
class Poison extends Error {}

/** Undoes the transaction of an event that is to come again later. */
class PutOff extends Error {
  constructor(readonly later: Later) {
    super('the event is to come again later');
  }
}

/**
 * Runs this service's durable consumers. An effect and the event id are recorded in one transaction, then the message
 * is acknowledged. What keeps failing goes to the dead letters, and the others flow on; a database that is away is no
 * failure of the event, and is waited for.
 */
@Injectable()
export class EventConsumers implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly stopping = new Latch();
  private readonly running = new Map<string, ConsumerMessages>();
  private readonly failures = new Map<string, number>();
  private handlers = new Map<string, BoundEventHandler>();
  private loops: Promise<void>[] = [];

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly database: Database,
    private readonly connections: Connections,
    private readonly stalls: Stalls,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.handlers = this.discoverHandlers();
    const own = this.own();
    const missing = own.flatMap(({ events }) => events).filter((event) => !this.handlers.has(eventType(event)));
    if (missing.length > 0)
      throw new Error(`${this.database.service} has no handler for: ${missing.map(eventType).join(', ')}`);
    this.loops = own.map((spec) => this.keepConsuming(spec));
  }

  /** While the database and the connections are there: what has begun is recorded and acknowledged. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stopping.raise();
    for (const messages of this.running.values()) messages.stop();
    await Promise.all(this.loops);
  }

  /** Whether every durable is being read: one whose stream or consumer is missing is not. */
  isConsuming(): boolean {
    return this.own().every((spec) => this.running.has(durableName(spec)));
  }

  /** Of each durable, how many events wait for it, those under way included. */
  async lag(): Promise<{ consumer: string; events: number }[]> {
    return Promise.all(
      this.own().map(async (spec) => {
        const stream = jetstream(this.connections.of(spec.from));
        const consumer = await stream.consumers.get(streamName(spec.from), durableName(spec));
        const { num_pending: pending, num_ack_pending: underWay } = await consumer.info();
        return { consumer: durableName(spec), events: pending + underWay };
      }),
    );
  }

  private own(): ConsumerSpec[] {
    return consumers.filter(({ service }) => service === this.database.service);
  }

  private discoverHandlers(): Map<string, BoundEventHandler> {
    const handlers = new Map<string, BoundEventHandler>();
    for (const { instance } of this.discovery.getProviders()) {
      if (typeof instance !== 'object' || instance === null) continue;
      const prototype = Object.getPrototypeOf(instance) as Record<string, unknown> | null;
      for (const name of prototype ? Object.getOwnPropertyNames(prototype) : []) {
        if (Object.getOwnPropertyDescriptor(prototype, name)?.get) continue;
        const method = prototype?.[name];
        for (const event of handledEventsOf(method))
          handlers.set(eventType(event), (method as BoundEventHandler).bind(instance));
      }
    }
    return handlers;
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
    const messages = await consumer.consume({ max_messages: 64, expires: pullMs, abort_on_missing_resource: true });
    this.stalls.goOn(`consumer ${durableName(spec)}`);
    this.running.set(durableName(spec), messages);
    if (this.stopping.raised) messages.stop();
    try {
      for await (const message of messages) {
        // What has been fetched and not begun is for another copy, at once.
        if (this.stopping.raised) message.nak();
        else await this.take(spec, message);
      }
    } finally {
      this.running.delete(durableName(spec));
    }
  }

  private async take(spec: ConsumerSpec, message: JsMsg): Promise<void> {
    try {
      await this.recordEffect(spec, this.parse(message));
      this.settle(spec, message, 'recorded');
    } catch (error) {
      await this.afterFailure(spec, message, error);
    }
  }

  private parse(message: JsMsg): { event: CloudEvent; handle: BoundEventHandler } {
    let event: CloudEvent;
    try {
      event = cloudEvent.parse(message.json()) as CloudEvent;
    } catch (error) {
      throw new Poison('not a CloudEvent of ours', { cause: error });
    }
    const definition = this.definitionOf(event.type);
    const handle = this.handlers.get(event.type);
    if (!definition || !handle) throw new Poison(`no handler for ${event.type}`);
    const data = definition.data.safeParse(event.data);
    if (!data.success) throw new Poison(`the data of ${event.type} does not have its shape`);
    return { event: { ...event, data: data.data }, handle };
  }

  private definitionOf(type: string): EventDefinition | undefined {
    return consumers.flatMap(({ events }) => events).find((event) => eventType(event) === type);
  }

  private async recordEffect(
    spec: ConsumerSpec,
    { event, handle }: { event: CloudEvent; handle: BoundEventHandler },
  ): Promise<void> {
    await this.database.transaction(spec.into, event.traceid, async (tx) => {
      if (!(await this.isFirst(tx, spec, event.id))) return;
      const result = await handle(event, tx);
      if (result instanceof Later) throw new PutOff(result);
      if (result !== unchanged) await recordAct(tx, consequenceOf(event));
    });
  }

  private async isFirst(tx: Tx, spec: ConsumerSpec, eventId: EventId): Promise<boolean> {
    const inserted = await tx.manager.query<unknown[]>(
      `insert into ${tx.service}.consumed_events (scope, consumer, event_id) values ($1, $2, $3) on conflict do nothing returning event_id`,
      [tx.scope, durableName(spec), eventId],
    );
    return inserted.length > 0;
  }

  private settle(spec: ConsumerSpec, message: JsMsg, outcome: 'recorded' | 'set_aside'): void {
    this.failures.delete(nameOf(message));
    this.stalls.goOn(stallOf(spec, message));
    metrics.eventsHandled.inc({ consumer: durableName(spec), outcome });
    message.ack();
  }

  /** Given again after a while. Told once it has happened so often that somebody should look. */
  private putOff(spec: ConsumerSpec, message: JsMsg, delayMs: number, error?: unknown): void {
    if (message.info.deliveryCount >= deliveriesBeforeStall) this.stalls.stall(stallOf(spec, message), error);
    metrics.eventsHandled.inc({ consumer: durableName(spec), outcome: 'put_off' });
    message.nak(delayMs);
  }

  private async afterFailure(spec: ConsumerSpec, message: JsMsg, error: unknown): Promise<void> {
    if (error instanceof PutOff) return this.putOff(spec, message, error.later.afterMs);
    if (error instanceof SlipwayError && error.category === 'unavailable') {
      return this.putOff(spec, message, retryDelayMs(3), error);
    }
    const id = nameOf(message);
    const attempts = (this.failures.get(id) ?? 0) + 1;
    this.failures.set(id, attempts);
    if (!(error instanceof Poison) && attempts < attemptsMax) {
      return this.putOff(spec, message, retryDelayMs(attempts), error);
    }
    try {
      await this.setAside(spec, message, error);
      this.settle(spec, message, 'set_aside');
    } catch (storing) {
      this.putOff(spec, message, retryDelayMs(attempts), storing);
    }
  }

  /** Recorded as consumed too, so that the reconciler does not bring it back. */
  private async setAside(spec: ConsumerSpec, message: JsMsg, error: unknown): Promise<void> {
    const eventId = eventIdIn(message);
    this.logger.error(
      { err: error, consumer: durableName(spec), subject: message.subject, eventId },
      'event set aside as dead letter',
    );
    await this.database.transaction(spec.into, eventId ?? 'none', async (tx) => {
      if (eventId) await this.isFirst(tx, spec, eventId);
      await tx.manager.query(
        `insert into ${tx.service}.dead_letters (scope, id, consumer, subject, event_id, payload, reason) values ($1, $2, $3, $4, $5, $6, $7)`,
        [
          tx.scope,
          newId(),
          durableName(spec),
          message.subject,
          eventId,
          message
            .string()
            .replaceAll('\0', '')
            .slice(0, 64 * 1024),
          error instanceof Error ? error.message : 'unknown',
        ],
      );
    });
  }
}

/** B60: what a service does of itself because of an event; the trace id is that of whoever caused the event. */
const consequenceOf = ({ id, type, aggregateid, data, traceid }: CloudEvent): Act => ({
  by: { kind: 'event', id },
  action: type,
  targets: idsIn({ aggregateId: aggregateid }, data),
  traceId: traceid,
});

function eventIdIn(message: JsMsg): EventId | null {
  try {
    return cloudEvent.shape.id.parse(message.json<{ id?: unknown }>().id);
  } catch {
    return null;
  }
}

const nameOf = (message: JsMsg): string => message.headers?.get('Nats-Msg-Id') ?? String(message.seq);

const stallOf = (spec: ConsumerSpec, message: JsMsg): string => `${durableName(spec)} at ${nameOf(message)}`;
