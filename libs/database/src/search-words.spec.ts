import { wordPatterns } from './search-words';

describe('what somebody looks for', () => {
  it.each([
    [undefined, []],
    ['', []],
    ['  one   two ', ['%one%', '%two%']],
    ['Zu\u0308rich', ['%Z\u00fcrich%']],
    ['50%_\\', ['%50\\%\\_\\\\%']],
  ])('%j', (words, patterns) => {
    expect(wordPatterns(words)).toEqual(patterns);
  });
});
