import * as contracts from '#libs/contracts';
import { loadScript, textOf } from '../support/checkout';

describe('docs/events.md', () => {
  it('is what the contracts say; `npm run docs:events` writes it', async () => {
    const { eventsPage } = await loadScript<{ eventsPage: (from: typeof contracts) => string }>(
      'docs',
      'make-events.mjs',
    );
    expect(textOf('docs', 'events.md')).toBe(eventsPage(contracts));
  });
});
