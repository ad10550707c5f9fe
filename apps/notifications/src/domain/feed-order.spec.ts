import type { EventId, PartnerId, SubscriptionId } from '#libs/contracts';
import { anId } from '#libs/testing';
import { ordered, type FeedEntry, type VersionEntry } from './feed-order';

const partnerId = anId<PartnerId>();
const one = anId<SubscriptionId>();
const other = anId<SubscriptionId>();

const version = (of: SubscriptionId, number: number, follows = number - 1): VersionEntry => ({
  eventId: `${of}:${number}` as EventId,
  partnerId,
  subscriptionId: of,
  version: number,
  follows,
});
const key: FeedEntry = { eventId: anId<EventId>(), partnerId, subscriptionId: one };

const placed = ({ next }: { next: FeedEntry[] }) => next.map(({ eventId }) => eventId);
const ids = (entries: FeedEntry[]) => entries.map(({ eventId }) => eventId);

describe('B52: the order of what is told of a subscription', () => {
  it('is that of its versions, however they came', () => {
    const [first, second, third] = [version(one, 1), version(one, 2), version(one, 3)];
    const outcome = ordered([third, first, second], [], new Map());
    expect(placed(outcome)).toEqual(ids([first, second, third]));
    expect(outcome.early).toEqual([]);
    expect(outcome.versions.get(one)).toEqual({ partnerId, version: 3 });
  });

  it('what comes before that which it follows is held back', () => {
    const outcome = ordered([version(one, 2)], [], new Map());
    expect(outcome).toEqual({ next: [], early: [version(one, 2)], versions: new Map() });
  });

  it('until that has come, and then takes along what follows it in turn', () => {
    const early = [version(one, 5), version(one, 3)];
    const outcome = ordered([version(one, 2)], early, new Map([[one, 1]]));
    expect(placed(outcome)).toEqual(ids([version(one, 2), version(one, 3)]));
    expect(outcome.early).toEqual([version(one, 5)]);
  });

  it('two that tell of one version are told, also the one that comes late', () => {
    expect(placed(ordered([version(one, 1), version(one, 1)], [], new Map()))).toHaveLength(2);
    const late = ordered([version(one, 2)], [], new Map([[one, 7]]));
    expect(placed(late)).toEqual(ids([version(one, 2)]));
    expect(late.versions.get(one)?.version).toBe(7);
  });

  it('a version that nobody told of is passed over where the event says so', () => {
    expect(placed(ordered([version(one, 4, 2)], [], new Map([[one, 2]])))).toEqual(ids([version(one, 4, 2)]));
    expect(placed(ordered([version(one, 4, 3)], [], new Map([[one, 2]])))).toEqual([]);
  });

  it('of what was there before there was a feed, anything may come first, and then only what follows', () => {
    const outcome = ordered([version(one, 9), version(one, 7)], [], new Map([[one, null]]));
    expect(placed(outcome)).toEqual(ids([version(one, 7)]));
    expect(outcome.early).toEqual([version(one, 9)]);
  });

  it('one subscription waits for no other, and what tells of no version for none', () => {
    const outcome = ordered([version(one, 2), version(other, 1), key], [], new Map());
    expect(placed(outcome).sort()).toEqual(ids([version(other, 1), key]).sort());
    expect(outcome.early).toEqual([version(one, 2)]);
  });
});
