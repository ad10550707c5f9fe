import { z } from 'zod';
import { scopeSchema, type Scope } from './environment';
import { count, time, written } from './fields';
import { eventId } from './ids';
import type { App } from './apps';

/** Something that has happened, kept in a JetStream stream per scope. Named in the past tense. */
export interface EventDefinition<Data extends z.ZodType = z.ZodType> {
  /** Who publishes it. */
  app: App;
  name: string;
  version: number;
  scopes: readonly Scope[];
  /** When it is published, in a sentence for docs/events.md. */
  when: string;
  /**
   * `outbox` (the default): written in the transaction that makes it true, and cannot get lost. `edge`: published by an
   * app without a database, straight to the stream; what its buffer cannot hold is counted as lost.
   */
  source?: 'outbox' | 'edge';
  data: Data;
}

export type DataOf<F extends EventDefinition> = z.output<F['data']>;

/** CloudEvents `type`, the subject without its scope: `identity.key-created.v1`. */
export const eventType = (event: EventDefinition): string => `${event.app}.${event.name}.v${event.version}`;

/** `events.sandbox.identity.key-created.v1` */
export const eventSubject = (event: EventDefinition, scope: Scope): string => `events.${scope}.${eventType(event)}`;

/** CloudEvents 1.0, structured mode, with what we add as extension attributes (lower case, as the spec asks). */
export const cloudEvent = z.object({
  specversion: z.literal('1.0'),
  id: eventId,
  type: written(),
  source: written(),
  subject: written(),
  time: time(),
  datacontenttype: z.literal('application/json'),
  scope: scopeSchema,
  aggregateid: written(),
  aggregateversion: count(),
  /** The version of which the event before told, of the same thing; unless given, the one before its own. */
  aggregatefollows: count().optional(),
  traceid: written(64),
  data: z.unknown(),
});
export type CloudEvent<Data = unknown> = Omit<z.infer<typeof cloudEvent>, 'data'> & { data: Data };
