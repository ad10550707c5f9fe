import { Injectable } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import {
  cloudEvent,
  consumers,
  durableName,
  eventType,
  type CloudEvent,
  type ConsumerSpec,
  type EventDefinition,
  type EventId,
} from '#libs/contracts';
import { Database, idsIn, recordActs, type Act, type Tx } from '#libs/database';
import {
  delayedEventsOf,
  handledEventsOf,
  Later,
  togetherHandledEventsOf,
  unchanged,
  type BoundDelayHandler,
  type BoundEventHandler,
  type BoundEventsHandler,
} from './event-handler';

/** How one type of event is handled: each alone, or many together. */
export type Handling = { alone: BoundEventHandler } | { together: BoundEventsHandler };

export interface ReadEvent {
  event: CloudEvent;
  handling: Handling;
}

/** Undoes the transaction of an event that is to come again later. */
export class NotYet extends Error {
  constructor(readonly later: Later) {
    super('the event is to come again later');
  }
}

/** What this service does with events: whatever brings them, a durable consumer or a row of what was put off. */
@Injectable()
export class EventHandlers {
  private found?: { handlings: Map<string, Handling>; delays: Map<string, BoundDelayHandler> };

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly database: Database,
  ) {}

  own(): ConsumerSpec[] {
    return consumers.filter(({ service }) => service === this.database.service);
  }

  /** @throws Error where this service listens to what it cannot handle */
  requireAll(): void {
    const { handlings } = this.discovered();
    const missing = this.own()
      .flatMap(({ events }) => events.map(eventType))
      .filter((type) => !handlings.has(type));
    if (missing.length > 0) throw new Error(`${this.database.service} has no handler for: ${missing.join(', ')}`);
  }

  /** @throws Error what this copy cannot read; one of a later release perhaps can */
  read(payload: string): ReadEvent {
    const parsed = cloudEvent.safeParse(JSON.parse(payload));
    if (!parsed.success) throw new Error('not a CloudEvent of ours', { cause: parsed.error });
    const event = parsed.data as CloudEvent;
    const definition = definitions.get(event.type);
    const handling = this.discovered().handlings.get(event.type);
    if (!definition || !handling) throw new Error(`no handler for ${event.type}`);
    const data = definition.data.safeParse(event.data);
    if (!data.success) throw new Error(`the data of ${event.type} does not have its shape`, { cause: data.error });
    return { event: { ...event, data: data.data }, handling };
  }

  /** Effects, and that they were taken, in the transaction given. Those recorded before have none. @throws NotYet */
  async record(tx: Tx, spec: ConsumerSpec, events: CloudEvent[], handling: Handling): Promise<void> {
    const first = await firstOf(tx, spec, events);
    if (first.length === 0) return;
    const effective =
      'together' in handling ? await handling.together(first, tx) : await eachAlone(tx, first, handling.alone);
    await recordActs(tx, effective.map(consequenceOf));
  }

  /** Says of an event that it is late, where somebody waits for it. */
  async sayDelayed(tx: Tx, payload: string): Promise<void> {
    const { event } = this.read(payload);
    await this.discovered().delays.get(event.type)?.(event, tx);
  }

  private discovered() {
    return (this.found ??= this.discover());
  }

  private discover() {
    const handlings = new Map<string, Handling>();
    const delays = new Map<string, BoundDelayHandler>();
    for (const { instance } of this.discovery.getProviders()) {
      for (const method of methodsOf(instance)) {
        const bound = method.bind(instance) as unknown;
        for (const event of handledEventsOf(method))
          handlings.set(eventType(event), { alone: bound as BoundEventHandler });
        for (const event of togetherHandledEventsOf(method))
          handlings.set(eventType(event), { together: bound as BoundEventsHandler });
        for (const event of delayedEventsOf(method)) delays.set(eventType(event), bound as BoundDelayHandler);
      }
    }
    return { handlings, delays };
  }
}

function methodsOf(instance: unknown): ((...given: unknown[]) => unknown)[] {
  if (typeof instance !== 'object' || instance === null) return [];
  const prototype = Object.getPrototypeOf(instance) as object | null;
  return Object.values(prototype ? Object.getOwnPropertyDescriptors(prototype) : {}).flatMap(({ value }) =>
    typeof value === 'function' ? [value as (...given: unknown[]) => unknown] : [],
  );
}

const definitions = new Map<string, EventDefinition>(
  consumers.flatMap(({ events }) => events).map((event) => [eventType(event), event]),
);

async function eachAlone(tx: Tx, events: CloudEvent[], handle: BoundEventHandler): Promise<CloudEvent[]> {
  const effective: CloudEvent[] = [];
  for (const event of events) {
    const result = await handle(event, tx);
    if (result instanceof Later) throw new NotYet(result);
    if (result !== unchanged) effective.push(event);
  }
  return effective;
}

/** Records that they are taken. @returns those that were not before, each once */
async function firstOf(tx: Tx, spec: ConsumerSpec, events: CloudEvent[]): Promise<CloudEvent[]> {
  const byId = new Map(events.map((event) => [event.id, event]));
  // In one order on every copy: two that are given the same events do not wait for each other.
  const inserted = await tx.manager.query<{ event_id: EventId }[]>(
    `insert into ${tx.service}.consumed_events (scope, consumer, event_id)
       select $1, $2, id from unnest($3::uuid[]) as given (id) order by id
     on conflict do nothing returning event_id`,
    [tx.scope, durableName(spec), [...byId.keys()]],
  );
  const firsts = new Set(inserted.map(({ event_id: id }) => id));
  return [...byId.values()].filter(({ id }) => firsts.has(id));
}

/** B60: what a service does of itself because of an event; the trace id is that of whoever caused the event. */
const consequenceOf = ({ id, type, aggregateid, data, traceid }: CloudEvent): Act => ({
  by: { kind: 'event', id },
  action: type,
  targets: idsIn({ aggregateId: aggregateid }, data),
  traceId: traceid,
});

/** Of what may be no event at all. */
export function eventIdIn(payload: string): EventId | null {
  try {
    return cloudEvent.shape.id.parse((JSON.parse(payload) as { id?: unknown }).id);
  } catch {
    return null;
  }
}
