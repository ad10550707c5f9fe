import { Injectable } from '@nestjs/common';
import { v5 } from 'uuid';
import {
  eventType,
  type AccountId,
  type Environment,
  type EventDefinition,
  type EventId,
  type KeyId,
} from '#libs/contracts';
import { EdgeEvents, type EdgeEvent } from './edge-events';

/** Keys of one environment that a copy remembers; one that was forgotten is told of again, which consumers drop. */
const rememberedMax = 100_000;

/** Any; what is made in it never changes. */
const namespace = '6f6b1b0e-4f0a-4f6e-9c39-0d5b1e0c8a57';

type OfKey = { accountId: AccountId; keyId: KeyId };

/**
 * The one event of each key: nobody who publishes it has a table in which it stands whether it was. Its id is made of type,
 * account and key, so that whichever copy publishes it again, after a restart too, publishes the same event; and a copy
 * remembers of which keys it has, so that every later call costs a look.
 */
@Injectable()
export class OnceEvents {
  private readonly published: Record<Environment, Set<string>> = { sandbox: new Set(), production: new Set() };

  constructor(private readonly events: EdgeEvents) {}

  /** Returns at once. @param dataOf asked for where it is to be published */
  publish<Definition extends EventDefinition>(
    definition: Definition,
    environment: Environment,
    { accountId, keyId }: OfKey,
    dataOf: () => Pick<EdgeEvent<Definition>, 'traceId' | 'data'>,
  ): void {
    const published = this.published[environment];
    const type = eventType(definition);
    const what = `${type} ${keyId}`;
    if (published.has(what)) return;
    const id = onceId(type, accountId, keyId);
    const isTaken = this.events.publish(definition, { id, scope: environment, subject: keyId, ...dataOf() });
    if (isTaken) remember(published, what);
  }
}

export const onceId = (type: string, accountId: AccountId, keyId: KeyId): EventId =>
  v5(`${type} ${accountId} ${keyId}`, namespace) as EventId;

/** The oldest goes: a set has its members in the order in which they came. */
function remember(published: Set<string>, what: string): void {
  if (published.size >= rememberedMax) {
    const [oldest] = published;
    if (oldest !== undefined) published.delete(oldest);
  }
  published.add(what);
}
