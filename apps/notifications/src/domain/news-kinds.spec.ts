import { consumers, eventType, identity, publicEventTypes, unmailedEvents } from '#libs/contracts';
import { isEssential, newsKindOf } from './news-kinds';

const published = new Set([
  ...publicEventTypes,
  ...consumers.filter(({ service }) => service === 'notifications').flatMap(({ events }) => events.map(eventType)),
]);
for (const event of [identity.providerChanged, ...unmailedEvents]) published.delete(eventType(event));

describe('kinds of mail', () => {
  it.each([...published])('%s is of one', (type) => {
    expect(newsKindOf(type)).toBeDefined();
  });

  it.each([
    ['identity.password-changed.v1', true],
    ['identity.partner-suspended.v1', true],
    ['subscriptions.submission-rejected.v1', true],
    ['subscriptions.submission-received.v1', false],
    ['identity.key-created.v1', false],
    ['notifications.webhook-disabled.v1', false],
  ])('%s is essential: %s', (type, essential) => {
    const kind = newsKindOf(type);
    expect(kind && isEssential(kind)).toBe(essential);
  });

  it('what nobody knows is of none', () => {
    expect(newsKindOf('identity.unheard-of.v1')).toBeUndefined();
  });
});
