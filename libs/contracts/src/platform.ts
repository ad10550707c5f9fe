import { z } from 'zod';
import { scopes, scopeSchema } from './environment';
import { eventId } from './ids';
import { questionsFor } from './question';
import { services, type Service } from './service';

/** A fact that a consumer could not digest. The others went on without it. */
export const deadLetter = z.object({
  id: z.string(),
  service: z.string(),
  scope: scopeSchema,
  consumer: z.string(),
  subject: z.string(),
  eventId: z.string().nullable(),
  reason: z.string(),
  failedAt: z.string(),
});

/** What every service answers, whatever it is for. */
export const platformQuestions = (service: Service) => {
  const question = questionsFor(service);
  return {
    health: question({
      name: 'health',
      scopes: ['shared'],
      askedBy: ['gateway', 'admin'],
      allow: 'anyone',
      request: z.object({}),
      reply: z.object({ database: z.boolean(), broker: z.boolean() }),
    }),
    /** Of these event ids, which has the consumer not recorded? The producer's reconciler publishes those again. */
    unrecordedEvents: question({
      name: 'unrecorded-events',
      scopes,
      askedBy: services,
      allow: 'service',
      request: z.object({ into: scopeSchema, consumer: z.string(), eventIds: z.array(eventId).max(500) }),
      reply: z.object({ eventIds: z.array(eventId) }),
    }),
    listDeadLetters: question({
      name: 'list-dead-letters',
      scopes: ['shared'],
      askedBy: ['admin'],
      allow: 'staff',
      request: z.object({}),
      reply: z.object({ items: z.array(deadLetter) }),
    }),
  };
};
