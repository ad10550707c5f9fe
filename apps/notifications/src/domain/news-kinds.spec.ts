import { consumers, eventType, identity, publicEventTypes, staffEvents } from '#libs/contracts';
import { isEssential, isMailed, newsKindOf } from './news-kinds';

const published = new Set([
  ...publicEventTypes,
  ...consumers.filter(({ service }) => service === 'notifications').flatMap(({ events }) => events.map(eventType)),
]);
published.delete(eventType(identity.providerChanged));
// Of partners' people: staff is sent what concerns its work, and has no preferences.
for (const event of staffEvents) published.delete(eventType(event));

describe('kinds of mail', () => {
  it.each([...published])('%s is of one, or is mailed to nobody', (type) => {
    expect(newsKindOf(type) !== undefined).toBe(isMailed(type));
  });

  it.each(['tokens.first-token.v1', 'gateway.first-call.v1', 'subscriptions.message-sent-by-partner.v1'])(
    '%s is mailed to nobody',
    (type) => {
      expect(isMailed(type)).toBe(false);
    },
  );

  it.each([
    ['identity.password-changed.v1', true],
    ['identity.partner-suspended.v1', true],
    ['subscriptions.submission-rejected.v1', true],
    ['subscriptions.message-sent-by-staff.v1', true],
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
