import type { identity } from '#libs/contracts';
import { productionNews } from './production-news';

type Missing = identity.AccountBlocker[];

describe('what there is to tell of production', () => {
  it.each<[string, Missing | null, Missing, string]>([
    ['nothing changed', [], [], 'none'],
    ['nothing changed, and something is missing', ['suspended'], ['suspended'], 'none'],
    ['the first is missing', [], ['api_access_off'], 'locked'],
    ['one more is missing', ['api_access_off'], ['api_access_off', 'suspended'], 'locked'],
    ['another is missing instead', ['api_access_off'], ['suspended'], 'locked'],
    ['one of two is there again', ['api_access_off', 'suspended'], ['suspended'], 'none'],
    ['the last is there', ['suspended'], [], 'unlocked'],
    ['all are there at once', ['api_access_off', 'not_eligible', 'suspended'], [], 'unlocked'],
    ['nobody knows what was told', null, [], 'none'],
    ['nobody knows what was told, and something is missing', null, ['suspended'], 'none'],
  ])('B34: %s', (_name, before, missing, expected) => {
    expect(productionNews(before, missing)).toBe(expected);
  });
});
