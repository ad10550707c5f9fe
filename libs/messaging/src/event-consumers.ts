import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { jetstream, type ConsumerMessages, type JsMsg } from '@nats-io/jetstream';
import {
  cloudEvent,
  consumers,
  durableName,
  factType,
  streamName,
  type CloudEvent,
  type ConsumerSpec,
  type EventId,
  type Fact,
} from '#libs/contracts';
import { Database, newId, type Tx } from '#libs/database';
import { SlipwayError } from '#libs/errors';
import type { Logger } from '#libs/observability';
import { Connections } from './connections';
import { factsOf, type Reaction } from './reacts-to';
import { Signal } from './signal';

/** How often a reaction may fail, on one copy, before the event is set aside. */
const attemptsMax = 5;
const retryDelayMs = (attempt: number): number => Math.min(200 * 2 ** attempt, 5_000);
const afterFaultMs = 500;
/** A pull request's life; half of it without a heartbeat, twice, and the consumer is looked for anew. */
const pullMs = 4_000;

/** An event no reaction can ever digest. */
class Poison extends Error {}

/**
 * Runs this service's durable consumers. An effect and the event id are recorded in one transaction, then the message
 * is acknowledged. What keeps failing goes to the dead letters, and the others flow on; a database that is away is no
 * failure of the event, and is waited for.
 */
@Injectable()
export class EventConsumers implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly stopping = new Signal();
  private readonly running = new Map<string, ConsumerMessages>();
  private readonly failures = new Map<string, number>();
  private reactions = new Map<string, Reaction>();
  private loops: Promise<void>[] = [];

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly database: Database,
    private readonly connections: Connections,
    private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.reactions = this.discoverReactions();
    const own = consumers.filter(({ service }) => service === this.database.service);
    const missing = own.flatMap(({ facts }) => facts).filter((fact) => !this.reactions.has(factType(fact)));
    if (missing.length > 0)
      throw new Error(`${this.database.service} does not react to: ${missing.map(factType).join(', ')}`);
    this.loops = own.map((spec) => this.keepConsuming(spec));
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopping.raise();
    for (const messages of this.running.values()) messages.stop();
    await Promise.all(this.loops);
  }

  private discoverReactions(): Map<string, Reaction> {
    const reactions = new Map<string, Reaction>();
    for (const { instance } of this.discovery.getProviders()) {
      if (typeof instance !== 'object' || instance === null) continue;
      const prototype = Object.getPrototypeOf(instance) as Record<string, unknown> | null;
      for (const name of prototype ? Object.getOwnPropertyNames(prototype) : []) {
        if (Object.getOwnPropertyDescriptor(prototype, name)?.get) continue;
        const method = prototype?.[name];
        for (const fact of factsOf(method)) reactions.set(factType(fact), (method as Reaction).bind(instance));
      }
    }
    return reactions;
  }

  private async keepConsuming(spec: ConsumerSpec): Promise<void> {
    while (!this.stopping.raised) {
      try {
        await this.consume(spec);
      } catch (error) {
        if (!this.stopping.raised)
          this.logger.debug({ err: error, consumer: durableName(spec) }, 'consumer interrupted');
      }
      await this.stopping.within(afterFaultMs);
    }
  }

  private async consume(spec: ConsumerSpec): Promise<void> {
    const connection = this.connections.of(spec.from);
    const consumer = await jetstream(connection).consumers.get(streamName(spec.from), durableName(spec));
    const messages = await consumer.consume({ max_messages: 64, expires: pullMs, abort_on_missing_resource: true });
    this.running.set(durableName(spec), messages);
    if (this.stopping.raised) messages.stop();
    for await (const message of messages) await this.take(spec, message);
  }

  private async take(spec: ConsumerSpec, message: JsMsg): Promise<void> {
    try {
      await this.recordEffect(spec, this.parse(message));
      this.failures.delete(message.headers?.get('Nats-Msg-Id') ?? '');
      message.ack();
    } catch (error) {
      await this.afterFailure(spec, message, error);
    }
  }

  private parse(message: JsMsg): { event: CloudEvent; react: Reaction } {
    let event: CloudEvent;
    try {
      event = cloudEvent.parse(message.json()) as CloudEvent;
    } catch (error) {
      throw new Poison('not a CloudEvent of ours', { cause: error });
    }
    const fact = this.factOf(event.type);
    const react = this.reactions.get(event.type);
    if (!fact || !react) throw new Poison(`no reaction to ${event.type}`);
    const data = fact.data.safeParse(event.data);
    if (!data.success) throw new Poison(`the data of ${event.type} does not have its shape`);
    return { event: { ...event, data: data.data }, react };
  }

  private factOf(type: string): Fact | undefined {
    return consumers.flatMap(({ facts }) => facts).find((fact) => factType(fact) === type);
  }

  private async recordEffect(
    spec: ConsumerSpec,
    { event, react }: { event: CloudEvent; react: Reaction },
  ): Promise<void> {
    await this.database.transaction(spec.into, event.traceid, async (tx) => {
      if (await this.isFirst(tx, spec, event.id)) await react(event, tx);
    });
  }

  private async isFirst(tx: Tx, spec: ConsumerSpec, eventId: EventId): Promise<boolean> {
    const inserted = await tx.manager.query<unknown[]>(
      `insert into ${tx.service}.inbox (scope, consumer, event_id) values ($1, $2, $3) on conflict do nothing returning event_id`,
      [tx.scope, durableName(spec), eventId],
    );
    return inserted.length > 0;
  }

  private async afterFailure(spec: ConsumerSpec, message: JsMsg, error: unknown): Promise<void> {
    if (error instanceof SlipwayError && error.category === 'unavailable') {
      message.nak(retryDelayMs(3));
      return;
    }
    const id = message.headers?.get('Nats-Msg-Id') ?? String(message.seq);
    const attempts = (this.failures.get(id) ?? 0) + 1;
    this.failures.set(id, attempts);
    if (!(error instanceof Poison) && attempts < attemptsMax) {
      message.nak(retryDelayMs(attempts));
      return;
    }
    try {
      await this.setAside(spec, message, error);
      this.failures.delete(id);
      message.ack();
    } catch (storing) {
      this.logger.warn({ err: storing, consumer: durableName(spec) }, 'dead letter could not be written yet');
      message.nak(retryDelayMs(attempts));
    }
  }

  /** Recorded in the inbox too, so that the reconciler does not bring it back. */
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

function eventIdIn(message: JsMsg): EventId | null {
  try {
    return cloudEvent.shape.id.parse(message.json<{ id?: unknown }>().id);
  } catch {
    return null;
  }
}
