import { patternFault } from './safe-pattern';

describe('a pattern of a form', () => {
  it.each([
    '^[a-z]+$',
    '^\\d{4}-\\d{2}-\\d{2}$',
    '^https://[^/]+/.*$',
    '^(\\d{1,3}\\.){3}\\d{1,3}$',
    '^(?:[0-9a-f]{2}:){5}[0-9a-f]{2}$',
    '^(\\d{3}-)+\\d{4}$',
    '^(?=.*[A-Z]).{8,}$',
    '^(dev|test|live)$',
    '^(dev|test)?$',
    '^\\p{Lu}[\\p{L} (+)]*$',
    '^\\(\\d+\\)+$',
    '[)(]+',
    '^\\u{1F600}+$',
  ])('%s is accepted', (pattern) => {
    expect(patternFault(pattern)).toBeUndefined();
  });

  it.each([
    '(a+)+$',
    '^(a*)*$',
    '^([a-z]+\\.)+[a-z]{2,}$',
    '^(a|a)*$',
    '^(a?)+$',
    '^((a+))+$',
    '^(?:(?:a+)?b?)*$',
    '^(?<word>\\w+\\s?)*$',
    '^(a+){2,9}$',
    '^(a|b){40}$',
    '(x+x+)+?y',
  ])('%s is refused: it repeats what repeats', (pattern) => {
    expect(patternFault(pattern)).toMatch(/does not repeat/);
  });

  it('a back reference is refused', () => {
    expect(patternFault('^(a)\\1$')).toMatch(/refer back/);
    expect(patternFault('^(?<x>a)\\k<x>$')).toMatch(/refer back/);
  });

  it('what is no regular expression is refused', () => {
    expect(patternFault('(')).toMatch(/not a regular expression/);
  });

  it('more than 200 characters are refused', () => {
    expect(patternFault('a'.repeat(200))).toBeUndefined();
    expect(patternFault('a'.repeat(201))).toMatch(/200/);
  });
});
