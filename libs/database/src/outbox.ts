import type { EntityManager } from 'typeorm';
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

interface OutboxContext {
  service: Service;
  scope: Scope;
  manager: EntityManager;
  traceId: string;
  now: Date;
}

/**
 * Writes events to the outbox, in their order; the relay carries them on after the commit. Nothing is notified in the
 * transaction: `pg_notify` takes one lock of the whole cluster until the commit is on disk, and all commits wait in line.
 */
export async function publishEvents<Definition extends EventDefinition>(
  { service, scope, manager, traceId, now }: OutboxContext,
  publications: readonly Publication<Definition>[],
): Promise<void> {
  const events = publications.map(({ definition, aggregate, data }): [subject: string, event: CloudEvent] => [
    eventSubject(definition, scope),
    {
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
  ]);
  const [first, ...others] = events;
  if (!first) return;
  if (others.length === 0) {
    // Nearly always, and a quarter cheaper than many of which there is one.
    const [subject, event] = first;
    await manager.query(`insert into ${service}.outbox (scope, event_id, subject, event) values ($1, $2, $3, $4)`, [
      scope,
      event.id,
      subject,
      JSON.stringify(event),
    ]);
    return;
  }
  await manager.query(
    `insert into ${service}.outbox (scope, event_id, subject, event)
       select $1, id, subject, event::json
       from unnest($2::uuid[], $3::text[], $4::text[]) with ordinality as given (id, subject, event, place)
       order by place`,
    [
      scope,
      events.map(([, { id }]) => id),
      events.map(([subject]) => subject),
      events.map(([, event]) => JSON.stringify(event)),
    ],
  );
}
