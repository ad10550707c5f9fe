import {
  eventType,
  tokens,
  type AccountId,
  type EventDefinition,
  type KeyId,
  type PartnerId,
  type SubscriptionId,
} from '#libs/contracts';
import { anId, RecordedEdgeEvents } from '#libs/testing';
import type { EdgeEvent } from './edge-events';
import { OnceEvents, onceId } from './once-events';

const rememberedMax = 100_000;

const aKey = () => ({
  partnerId: anId<PartnerId>(),
  accountId: anId<AccountId>(),
  subscriptionId: anId<SubscriptionId>(),
  keyId: anId<KeyId>(),
});
const at = '2026-01-02T03:04:05.678Z';
type Key = ReturnType<typeof aKey>;

/** Takes no event for a while. */
class FullEdgeEvents extends RecordedEdgeEvents {
  isFull = true;

  override publish<Definition extends EventDefinition>(definition: Definition, event: EdgeEvent<Definition>): boolean {
    return !this.isFull && super.publish(definition, event);
  }
}

const openOver = (events: Pick<RecordedEdgeEvents, 'publish'>) => {
  const once = new OnceEvents(events as never);
  return (key: Key, environment: 'sandbox' | 'production' = 'sandbox') =>
    once.publish(tokens.firstToken, environment, key, () => ({ traceId: 'a'.repeat(32), data: { ...key, at } }));
};

describe('the event that there is once of each key', () => {
  it('is published at the first of many uses, with an id of type, account and key', () => {
    const events = new RecordedEdgeEvents();
    const publish = openOver(events);
    const key = aKey();
    for (let use = 0; use < 3; use += 1) publish(key);
    const id = onceId(eventType(tokens.firstToken), key.accountId, key.keyId);
    expect(events.published).toEqual([
      {
        type: 'tokens.first-token.v1',
        id,
        scope: 'sandbox',
        subject: key.keyId,
        traceId: 'a'.repeat(32),
        data: { ...key, at },
      },
    ]);
  });

  it('is the same event when another copy publishes it, or the same after a restart, and another of each other key', () => {
    const events = new RecordedEdgeEvents();
    const key = aKey();
    for (const publish of [openOver(events), openOver(events)]) publish(key);
    openOver(events)({ ...key, keyId: anId<KeyId>() });
    openOver(events)({ ...key, accountId: anId<AccountId>() });
    const ids = events.published.map(({ id }) => id);
    expect(ids[0]).toBe(ids[1]);
    expect(new Set(ids).size).toBe(3);
  });

  it('is remembered for each environment by itself', () => {
    const events = new RecordedEdgeEvents();
    const publish = openOver(events);
    const key = aKey();
    for (const environment of ['sandbox', 'production', 'sandbox', 'production'] as const) publish(key, environment);
    expect(events.published.map(({ scope }) => scope)).toEqual(['sandbox', 'production']);
  });

  it('is published at the next use where it was lost', () => {
    const events = new FullEdgeEvents();
    const publish = openOver(events);
    const key = aKey();
    publish(key);
    expect(events.published).toEqual([]);
    events.isFull = false;
    for (let use = 0; use < 2; use += 1) publish(key);
    expect(events.published).toHaveLength(1);
  });

  it('is forgotten for the key that came first, when there are too many', () => {
    const ids: (string | undefined)[] = [];
    const publish = openOver({ publish: (_definition, { id }) => ids.push(id) > 0 });
    const [first, second] = [aKey(), aKey()];
    publish(first);
    publish(second);
    for (let count = 2; count <= rememberedMax; count += 1) publish({ ...first, keyId: `${count}` as KeyId });
    publish(second);
    expect(ids).toHaveLength(rememberedMax + 1);
    publish(first);
    expect(ids).toHaveLength(rememberedMax + 2);
    expect(ids.at(-1)).toBe(ids[0]);
  });
});
