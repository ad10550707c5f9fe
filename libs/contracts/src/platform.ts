import { z } from 'zod';
import { scopes, scopeSchema } from './environment';
import { count, milliseconds, presented, text, time, written } from './fields';
import { eventId } from './ids';
import { services, type Service } from './apps';
import { contractOf } from './definitions';

/** `put_off`: it is tried again by itself, for hours. `dead`: it is not. */
export const deadLetterState = z.enum(['put_off', 'dead']);

/** An event that a consumer could not take. The others went on without it. */
export const deadLetter = z.object({
  id: written(),
  service: z.enum(services),
  /** A copy of a release before does not say it: dead. */
  state: deadLetterState.optional(),
  scope: scopeSchema,
  consumer: written(),
  subject: written(),
  eventId: z.uuid().nullable(),
  reason: written(10_000),
  failedAt: time(),
  /** Where it is put off: how often it was tried again, and when it is tried next. */
  attempts: count().nullish(),
  nextAttemptAt: time().nullish(),
});

const redelivered = z.object({
  /** How many there are, put off or dead, that can be tried again. */
  letters: count(),
  /** How many of them are, from now on. */
  redelivered: count(),
});

/** Up to where a consumer has taken its stream. */
const consumerPosition = z.object({
  /** It has acknowledged everything up to this sequence. */
  takenUpTo: count(),
  /** Nothing in the stream waits for it. */
  caughtUp: z.boolean(),
});

/** The newest of each scope. */
export const deadLettersOfScopeMax = 60;
const deadLettersMax = scopes.length * deadLettersOfScopeMax;

const methodsOf = (service: Service) => {
  const { command, query } = contractOf(service);
  return {
    health: query({
      name: 'health',
      scopes: ['shared'],
      calledBy: ['gateway', 'admin'],
      allow: 'anyone',
      request: z.object({}),
      reply: z.object({
        database: z.boolean(),
        broker: z.boolean(),
        /** What time it is there: milliseconds since 1970. Copies of the release before do not say it. */
        now: milliseconds().optional(),
      }),
    }),
    /** Of these event ids, which has the consumer not recorded? The producer's reconciler publishes those again. */
    unrecordedEvents: query({
      name: 'unrecorded-events',
      scopes,
      calledBy: services,
      allow: 'service',
      request: z.object({ into: scopeSchema, consumer: presented({ max: 200 }), eventIds: z.array(eventId).max(500) }),
      reply: z.object({
        eventIds: z.array(eventId).max(500),
        /** Of before it looked: what lies behind it and is not recorded will not come any more. */
        position: consumerPosition.optional(),
      }),
    }),
    /**
     * When the oldest event was written that it has published in this scope and still keeps: it may come again. Consumers
     * remember for as long what they have taken.
     */
    oldestEvent: query({
      name: 'oldest-event',
      scopes,
      calledBy: services,
      allow: 'service',
      request: z.object({}),
      /** Null: none is kept. */
      reply: z.object({ writtenAt: time().nullable() }),
    }),
    listDeadLetters: query({
      name: 'list-dead-letters',
      scopes: ['shared'],
      calledBy: ['admin'],
      allow: 'staff',
      /** Those that are dead, unless others are asked for. */
      request: z.object({ states: z.array(deadLetterState).max(2).default(['dead']) }),
      reply: z.object({ items: z.array(deadLetter).max(deadLettersMax) }),
    }),
    /** Has one tried again at once: what is no event cannot be. */
    redeliverDeadLetter: command({
      name: 'redeliver-dead-letter',
      scopes: ['shared'],
      calledBy: ['admin'],
      allow: 'admin',
      errors: ['not_found'],
      request: z.object({ id: z.uuid() }),
      reply: redelivered,
    }),
    /** The same for all, or for those of one service or consumer. */
    redeliverDeadLetters: command({
      name: 'redeliver-dead-letters',
      scopes: ['shared'],
      calledBy: ['admin'],
      allow: 'admin',
      request: z.object({
        service: z.enum(services).optional(),
        consumer: text({ max: 200 }).optional(),
        /** Only counts them. */
        dryRun: z.boolean().default(false),
      }),
      reply: redelivered,
    }),
  };
};

/** To all copies of one service: whichever relays the outbox of the scope looks at once. */
const outboxWrittenOf = (service: Service) =>
  contractOf(service).broadcast({
    name: 'outbox-written',
    scopes,
    receivedBy: [service],
    guarantee: 'The relay looks every second.',
    data: z.object({}),
  });

const broadcasts = Object.fromEntries(services.map((service) => [service, outboxWrittenOf(service)])) as Record<
  Service,
  ReturnType<typeof outboxWrittenOf>
>;

/** What every service tells its own copies. */
export const outboxWritten = (service: Service) => broadcasts[service];

const platform = Object.fromEntries(services.map((service) => [service, methodsOf(service)])) as Record<
  Service,
  ReturnType<typeof methodsOf>
>;

/** What every service handles, whatever it is for. */
export const platformMethods = (service: Service) => platform[service];
