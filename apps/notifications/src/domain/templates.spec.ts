import { consumers, eventType } from '#libs/contracts';
import { hasTemplate } from './templates';

describe('words of messages', () => {
  const consumed = consumers.filter(({ service }) => service === 'notifications').flatMap(({ events }) => events);

  it.each(consumed.map((event) => [eventType(event), event] as const))('has words for %s', (_type, event) => {
    expect(hasTemplate(event)).toBe(true);
  });
});
