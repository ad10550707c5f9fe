import type { EntityManager } from 'typeorm';
import {
  factSubject,
  factType,
  type CloudEvent,
  type DataOf,
  type EventId,
  type Fact,
  type Scope,
  type Service,
} from '#libs/contracts';
import { newId } from './ids';

/** The channel on which a committed fact wakes the relay: a hint, polling is the guarantee. */
export const outboxChannel = (service: Service, scope: Scope): string => `outbox_${service}_${scope}`;

/** The thing a fact is about, and its version after the change. */
export interface Aggregate {
  id: string;
  version: number;
}

/** Writes facts to the outbox in the transaction that makes them true. */
export class EmitFact {
  constructor(
    private readonly service: Service,
    private readonly scope: Scope,
    private readonly manager: EntityManager,
    private readonly traceId: string,
  ) {}

  async emit<F extends Fact>(fact: F, aggregate: Aggregate, data: DataOf<F>): Promise<void> {
    const event: CloudEvent = {
      specversion: '1.0',
      id: newId<EventId>(),
      type: factType(fact),
      source: `slipway/${this.service}`,
      subject: aggregate.id,
      time: new Date().toISOString(),
      datacontenttype: 'application/json',
      scope: this.scope,
      aggregateid: aggregate.id,
      aggregateversion: aggregate.version,
      traceid: this.traceId,
      data: fact.data.parse(data),
    };
    await this.manager.query(
      `with written as (
         insert into ${this.service}.outbox (scope, event_id, subject, event) values ($1, $2, $3, $4) returning id
       ) select pg_notify($5, '') from written`,
      [this.scope, event.id, factSubject(fact, this.scope), event, outboxChannel(this.service, this.scope)],
    );
  }
}
