import { z } from 'zod';
import { scopeSchema, type Scope } from './environment';
import { eventId } from './ids';
import type { Service } from './service';

/** Something that has happened, told through the outbox and JetStream. Named in the past tense. */
export interface Fact<Data extends z.ZodType = z.ZodType> {
  service: Service;
  name: string;
  version: number;
  scopes: readonly Scope[];
  /** When it is emitted, as docs/events.md tells it. */
  when: string;
  data: Data;
}

type Definition<Data extends z.ZodType> = Omit<Fact<Data>, 'version' | 'service'> & { version?: number };

export const factsFor =
  (service: Service) =>
  <Data extends z.ZodType>(definition: Definition<Data>): Fact<Data> => ({ version: 1, ...definition, service });

export type DataOf<F extends Fact> = z.output<F['data']>;

/** CloudEvents `type`, the subject without its scope: `identity.key-created.v1`. */
export const factType = (fact: Fact): string => `${fact.service}.${fact.name}.v${fact.version}`;

/** `events.sandbox.identity.key-created.v1` */
export const factSubject = (fact: Fact, scope: Scope): string => `events.${scope}.${factType(fact)}`;

/** CloudEvents 1.0, structured mode, with what we add as extension attributes (lower case, as the spec asks). */
export const cloudEvent = z.object({
  specversion: z.literal('1.0'),
  id: eventId,
  type: z.string(),
  source: z.string(),
  subject: z.string(),
  time: z.iso.datetime(),
  datacontenttype: z.literal('application/json'),
  scope: scopeSchema,
  aggregateid: z.string(),
  aggregateversion: z.number().int(),
  traceid: z.string(),
  data: z.unknown(),
});
export type CloudEvent<Data = unknown> = Omit<z.infer<typeof cloudEvent>, 'data'> & { data: Data };
