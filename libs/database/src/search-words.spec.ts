import { wordPatterns } from './search-words';

describe('what somebody looks for', () => {
  it.each([
    [undefined, []],
    ['', []],
    ['  one   two ', ['%one%', '%two%']],
    ['50%_\\', ['%50\\%\\_\\\\%']],
  ])('%j', (words, patterns) => {
    expect(wordPatterns(words)).toEqual(patterns);
  });
});
