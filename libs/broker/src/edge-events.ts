import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { jetstream, type JetStreamClient } from '@nats-io/jetstream';
import { v7 } from 'uuid';
import { Clock } from '#libs/clock';
import {
  eventSubject,
  eventType,
  type CloudEvent,
  type DataOf,
  type EventDefinition,
  type EventId,
  type Scope,
} from '#libs/contracts';
import { LOGGER, metrics, type Logger } from '#libs/observability';
import { Connections } from './connections';

/** Events that wait for their acknowledgement, or for the broker, per copy; what comes beyond is lost and counted. */
const bufferMax = 10_000;
const inFlightMax = 256;
const acknowledgedWithinMs = 3_000;
const retryDelayMs = 500;
/** How long what waits may take when the process ends. */
const lastEventsMs = 2_000;

interface Waiting {
  definition: EventDefinition;
  scope: Scope;
  event: CloudEvent;
}

export interface EdgeEvent<Definition extends EventDefinition> {
  /** Where the same event may be published again: an id that is made of what it is about. Unless given, a new one. */
  id?: EventId;
  scope: Scope;
  /** What the event is about. */
  subject: string;
  traceId: string;
  data: DataOf<Definition>;
}

/**
 * Events of an app that has no database, and so no outbox: straight to the stream, the event id as `Nats-Msg-Id` so
 * that a repetition is dropped, acknowledged, tried again while the broker is away. The buffer is bounded: what it cannot
 * hold, or a process that dies takes with it, is lost. Only for what may be lost in part, such as metering; everything
 * else is written to a service's outbox.
 */
@Injectable()
export class EdgeEvents implements OnApplicationShutdown {
  private readonly waiting: Waiting[] = [];
  private readonly streams = new Map<Scope, JetStreamClient>();
  private inFlight = 0;
  private isClosed = false;
  private retry: NodeJS.Timeout | undefined;
  private onceIdle: (() => void) | undefined;

  constructor(
    private readonly connections: Connections,
    private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Returns at once. @returns whether it is on its way; if not, it is lost. @throws Error for an event that does not say `source: 'edge'` or is another app's */
  publish<Definition extends EventDefinition>(definition: Definition, edgeEvent: EdgeEvent<Definition>): boolean {
    if (definition.source !== 'edge' || definition.app !== this.connections.app)
      throw new Error(`${this.connections.app} may not publish ${eventType(definition)} straight to the stream`);
    if (this.isClosed || this.waiting.length + this.inFlight >= bufferMax) {
      this.lose(definition);
      return false;
    }
    this.waiting.push({ definition, scope: edgeEvent.scope, event: this.cloudEvent(definition, edgeEvent) });
    this.pump();
    return true;
  }

  /** How many are not acknowledged yet. */
  get pending(): number {
    return this.waiting.length + this.inFlight;
  }

  /**
   * No request is under way any more, and the connections are there still: Nest ends them after what uses them. What is not
   * acknowledged in time is lost with the process.
   */
  async onApplicationShutdown(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const allAcknowledged = new Promise<void>((resolve) => (this.onceIdle = resolve));
    const tooLong = new Promise<void>((resolve) => (timer = setTimeout(resolve, lastEventsMs)));
    if (this.pending > 0) await Promise.race([allAcknowledged, tooLong]);
    clearTimeout(timer);
    this.close();
  }

  private close(): void {
    this.isClosed = true;
    clearTimeout(this.retry);
    for (const { definition } of this.waiting.splice(0)) this.lose(definition);
  }

  private cloudEvent<Definition extends EventDefinition>(
    definition: Definition,
    { id = v7() as EventId, scope, subject, traceId, data }: EdgeEvent<Definition>,
  ): CloudEvent {
    return {
      specversion: '1.0',
      id,
      type: eventType(definition),
      source: `slipway/${definition.app}`,
      subject,
      time: this.clock.date().toISOString(),
      datacontenttype: 'application/json',
      scope,
      aggregateid: subject,
      aggregateversion: 1,
      traceid: traceId,
      data: definition.data.parse(data),
    };
  }

  /** Rests while a retry is due: without a connection, what it sends is back at once, and it would turn for ever. */
  private pump(): void {
    while (!this.retry && this.inFlight < inFlightMax) {
      const next = this.waiting.shift();
      if (!next) return;
      void this.send(next);
    }
  }

  private async send(next: Waiting): Promise<void> {
    this.inFlight += 1;
    try {
      const { definition, scope, event } = next;
      await this.stream(scope).publish(eventSubject(definition, scope), JSON.stringify(event), { msgID: event.id });
    } catch (error) {
      this.putOff(next, error);
    } finally {
      this.inFlight -= 1;
    }
    if (this.pending === 0) this.onceIdle?.();
    this.pump();
  }

  private putOff(next: Waiting, error: unknown): void {
    if (this.isClosed) return this.lose(next.definition);
    this.waiting.unshift(next);
    this.logger.debug({ err: error }, 'edge event put off');
    this.retry ??= setTimeout(() => this.pumpAgain(), retryDelayMs);
  }

  private pumpAgain(): void {
    this.retry = undefined;
    this.pump();
  }

  private stream(scope: Scope): JetStreamClient {
    const connection = this.connections.of(scope);
    const known = this.streams.get(scope) ?? jetstream(connection, { timeout: acknowledgedWithinMs });
    this.streams.set(scope, known);
    return known;
  }

  private lose(definition: EventDefinition): void {
    metrics.edgeEventsLost.inc({ type: eventType(definition) });
  }
}
