import { v5 } from 'uuid';
import type { EventId, PersonId } from '#libs/contracts';

/** Of what is told to whom, and nothing else: every attempt has the same. */
export const messageIdOf = (eventId: EventId, personId: PersonId, host: string): string =>
  `<${v5(personId, eventId)}@${host}>`;
