import {
  eventSubject,
  eventType,
  type CloudEvent,
  type DataOf,
  type EventId,
  type EventDefinition,
  type Scope,
  type Service,
} from '#libs/contracts';
import type { Insertion } from './closing-rows';
import { newId } from './ids';

/** The thing an event is about, and its version after the change. */
export interface Aggregate {
  id: string;
  version: number;
  /** The version that the event before told of, where others in between were told of by none. */
  follows?: number;
}

/** What is published, and about what, in the transaction that makes it true. */
export interface Publication<Definition extends EventDefinition> {
  definition: Definition;
  aggregate: Aggregate;
  data: DataOf<Definition>;
}

export interface OutboxEvent {
  subject: string;
  event: CloudEvent;
}

interface Publisher {
  service: Service;
  scope: Scope;
  traceId: string;
  now: Date;
}

/** @throws ZodError where the data are not what the definition says */
export function toEvent<Definition extends EventDefinition>(
  { service, scope, traceId, now }: Publisher,
  { definition, aggregate, data }: Publication<Definition>,
): OutboxEvent {
  return {
    subject: eventSubject(definition, scope),
    event: {
      specversion: '1.0',
      id: newId<EventId>(),
      type: eventType(definition),
      source: `slipway/${service}`,
      subject: aggregate.id,
      time: now.toISOString(),
      datacontenttype: 'application/json',
      scope,
      aggregateid: aggregate.id,
      aggregateversion: aggregate.version,
      ...(aggregate.follows !== undefined && { aggregatefollows: aggregate.follows }),
      traceid: traceId,
      data: definition.data.parse(data),
    },
  };
}

/**
 * Events to the outbox, in their order; the relay carries them on after the commit. Nothing is notified in the
 * transaction: `pg_notify` takes one lock of the whole cluster until the commit is on disk, and all commits wait in line.
 */
export const insertEvents =
  (service: Service, scope: Scope, events: readonly OutboxEvent[]): Insertion =>
  (parameter) => {
    const [only, ...others] = events;
    if (only && others.length === 0)
      // Nearly always, and a quarter cheaper than many of which there is one.
      return `insert into ${service}.outbox (scope, event_id, subject, event)
        values (${[scope, only.event.id, only.subject, JSON.stringify(only.event)].map(parameter).join(', ')})`;
    const [ids, subjects, bodies] = [
      events.map(({ event }) => event.id),
      events.map(({ subject }) => subject),
      events.map(({ event }) => JSON.stringify(event)),
    ].map(parameter);
    return `insert into ${service}.outbox (scope, event_id, subject, event)
      select ${parameter(scope)}, id, subject, event::json
      from unnest(${ids}::uuid[], ${subjects}::text[], ${bodies}::text[]) with ordinality as given (id, subject, event, place)
      order by place`;
  };
