import { z } from 'zod';
import { scopes, scopeSchema } from './environment';
import { presented, time, written } from './fields';
import { eventId } from './ids';
import { services, type Service } from './apps';
import { contractOf } from './definitions';

/** An event that a consumer could not digest. The others went on without it. */
export const deadLetter = z.object({
  id: written(),
  service: z.enum(services),
  scope: scopeSchema,
  consumer: written(),
  subject: written(),
  eventId: z.uuid().nullable(),
  reason: written(10_000),
  failedAt: time(),
});

/** The newest of each scope. */
export const deadLettersOfScopeMax = 60;
const deadLettersMax = scopes.length * deadLettersOfScopeMax;

const methodsOf = (service: Service) => {
  const { query } = contractOf(service);
  return {
    health: query({
      name: 'health',
      scopes: ['shared'],
      calledBy: ['gateway', 'admin'],
      allow: 'anyone',
      request: z.object({}),
      reply: z.object({ database: z.boolean(), broker: z.boolean() }),
    }),
    /** Of these event ids, which has the consumer not recorded? The producer's reconciler publishes those again. */
    unrecordedEvents: query({
      name: 'unrecorded-events',
      scopes,
      calledBy: services,
      allow: 'service',
      request: z.object({ into: scopeSchema, consumer: presented({ max: 200 }), eventIds: z.array(eventId).max(500) }),
      reply: z.object({ eventIds: z.array(eventId).max(500) }),
    }),
    listDeadLetters: query({
      name: 'list-dead-letters',
      scopes: ['shared'],
      calledBy: ['admin'],
      allow: 'staff',
      request: z.object({}),
      reply: z.object({ items: z.array(deadLetter).max(deadLettersMax) }),
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
