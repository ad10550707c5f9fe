import { linearPatterns, patternFault } from './linear-pattern';

const matches = (pattern: string, text: string) => linearPatterns(pattern, 'u').test(text);

describe('a pattern of a form', () => {
  it.each([
    '^[a-z]+$',
    '^\\d{4}-\\d{2}-\\d{2}$',
    '^https://[^/]+/.*$',
    '^(\\d{1,3}\\.){3}\\d{1,3}$',
    '^(?:[0-9a-f]{2}:){5}[0-9a-f]{2}$',
    '^(\\d{3}-)+\\d{4}$',
    '^(dev|test|live)$',
    '^(dev|test)?$',
    '^\\p{Lu}[\\p{L} (+)]*$',
    '^\\(\\d+\\)+$',
    '[)(]+',
    '^\\u{1F600}+$',
    '^.{0,1000}$',
  ])('%s is accepted', (pattern) => {
    expect(patternFault(pattern)).toBeUndefined();
  });

  describe('that makes an engine backtrack', () => {
    // Each takes JavaScript's own engine from seconds to centuries.
    it.each([
      '^a*a*a*a*a*a*b$',
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
    ])('%s is harmless', (pattern) => {
      expect(patternFault(pattern)).toBeUndefined();
      const evil = `${pattern.startsWith('(x') ? 'x'.repeat(60_000) : 'a'.repeat(60_000)}!`;
      expect(matches(pattern, evil)).toBe(false);
    });
  });

  it.each(['^(a)\\1$', '^(?<x>a)\\k<x>$', '^\\\\\\k<x>(?<x>a)$'])('%s refers back, and is refused', (pattern) => {
    expect(patternFault(pattern)).toMatch(/refer back/);
  });

  it('a backslash before a k is not taken for it', () => {
    expect(patternFault('^\\\\k<x>$')).toBeUndefined();
    expect(matches('^\\\\k<x>$', '\\k<x>')).toBe(true);
  });

  it.each(['^(?=.*[A-Z]).{8,}$', '^(?!admin)', '(?<=a)b', '(?<!a)b'])('%s looks around, and is refused', (pattern) => {
    expect(patternFault(pattern)).toMatch(/RE2/);
    expect(patternFault(pattern)).toContain(pattern);
  });

  it('what is no regular expression is refused', () => {
    expect(patternFault('(')).toMatch(/not a regular expression/);
    expect(patternFault('(?i)a')).toMatch(/not a regular expression/);
  });

  it('more than 200 characters are refused', () => {
    expect(patternFault('a'.repeat(200))).toBeUndefined();
    expect(patternFault('a'.repeat(201))).toMatch(/200/);
  });

  it('what repeats too much is refused', () => {
    expect(patternFault('a{0,1000}b{0,1000}c{0,1000}')).toMatch(/too much/);
    expect(patternFault('a{1001}')).toMatch(/RE2/);
  });

  it.each([
    ['a', 'banana', true],
    ['^a$', 'banana', false],
    ['^.$', '😀', true],
    ['^\\u{1F600}$', '😀', true],
    ['^[^\\u{1F600}]$', '😀', false],
    ['^\\u00e9$', 'é', true],
    ['^\\w$', 'é', false],
    ['^\\d$', '٣', false],
    ['^\\p{L}$', 'é', true],
    ['^a$', 'a\n', false],
    ['^a.b$', 'a\nb', false],
    ['^(?<year>\\d{4})/$', '2026/', true],
    ['[^]', '\n', true],
    ['[]', 'a', false],
  ])('%s is found in %j as ECMA-262 has it: %s', (pattern, text, found) => {
    expect(matches(pattern, text)).toBe(found);
    expect(new RegExp(pattern, 'u').test(text)).toBe(found);
  });
});
