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

/** The channel on which a committed event wakes the relay: a hint, polling is the guarantee. */
export const outboxChannel = (service: Service, scope: Scope): string => `outbox_${service}_${scope}`;

/** The thing an event is about, and its version after the change. */
export interface Aggregate {
  id: string;
  version: number;
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

/** Writes an event to the outbox; the relay carries it on after the commit. */
export async function publishEvent<Definition extends EventDefinition>(
  { service, scope, manager, traceId, now }: OutboxContext,
  { definition, aggregate, data }: Publication<Definition>,
): Promise<void> {
  const event: CloudEvent = {
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
    traceid: traceId,
    data: definition.data.parse(data),
  };
  await manager.query(
    `with written as (
       insert into ${service}.outbox (scope, event_id, subject, event) values ($1, $2, $3, $4) returning id
     ) select pg_notify($5, '') from written`,
    [scope, event.id, eventSubject(definition, scope), event, outboxChannel(service, scope)],
  );
}
