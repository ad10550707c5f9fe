import { z } from 'zod';
import { check } from './check';
import {
  domainName,
  emailAddress,
  freeJson,
  httpUrl,
  password,
  presentedDomain,
  prose,
  slug,
  term,
  text,
  username,
} from './fields';

const verdictOf = (rule: z.ZodType, value: unknown): unknown => {
  const { data, faults } = check(rule, value, ['field']);
  return faults ? faults.map(({ detail }) => detail) : data;
};

type Refusal = [what: string, rule: z.ZodType, value: unknown, words: string];

const inTextAndProse = (marks: string[], words: string) =>
  marks.flatMap((mark) =>
    [text(), prose()].map((rule): Refusal => [`${JSON.stringify(mark)} in text`, rule, `a${mark}b`, words]),
  );

describe('a field', () => {
  it.each([
    ['text', text(), '  Grüße 👋\n', 'Grüße 👋'],
    ['text of as many characters, not code units', text({ max: 2 }), '👋👋', '👋👋'],
    ['text that matters as it is', text({ verbatim: true }), ' a ', ' a '],
    ['text that may be empty', text({ min: 0 }), '  ', ''],
    ['prose of several lines', prose(), 'one\r\n\ttwo\u2028three', 'one\r\n\ttwo\u2028three'],
    ['text in a script that is read from the right, with its marks', text(), 'שלום\u200f (a)', 'שלום\u200f (a)'],
    ['text with a joiner', text(), '👩\u200d💻', '👩\u200d💻'],
    ['the neighbours of marks that reorder', text(), 'a\u202f\u2065\u206ab', 'a\u202f\u2065\u206ab'],
    ['a username', username(), ' Ada ', 'ada'],
    ['a domain', domainName(), 'Contoso.Example ', 'contoso.example'],
    ['a domain of another script', domainName(), 'BÜCHER.example', 'xn--bcher-kva.example'],
    ['the same as DNS has it', domainName(), 'xn--bcher-kva.example', 'xn--bcher-kva.example'],
    ['a domain with the dots of its script', domainName(), '例え。テスト', 'xn--r8jz45g.xn--zckzah'],
    ['a domain somebody types', presentedDomain(), 'bücher.example', 'xn--bcher-kva.example'],
    ['what is no domain, typed', presentedDomain(), 'bücher.example/?', 'bücher.example/?'],
    ['an e-mail address', emailAddress(), 'Ada.O+x@Contoso.example', 'ada.o+x@contoso.example'],
    ['an e-mail address of another script', emailAddress(), 'müller@bücher.example', 'müller@bücher.example'],
    ['a password, never trimmed', password(), '            ', '            '],
    ['a URL', httpUrl(), 'https://provider.example/v1', 'https://provider.example/v1'],
  ])('%s is taken', (_what, rule: z.ZodType, value, taken) => {
    expect(verdictOf(rule, value)).toBe(taken);
  });

  it.each<Refusal>([
    ['nothing', text(), undefined, 'is missing'],
    ['a number for text', text(), 7, 'must be a string'],
    ['blank text', text(), ' \u200b ', 'must not be empty'],
    ['half a surrogate pair', text(), 'a\ud800', 'must not contain control characters'],
    ['an escape', text(), 'a\u001b[31m', 'must not contain control characters'],
    ...['\n', '\r\n', '\t', '\u2028', '\u2029'].map((mark): Refusal => [
      `${JSON.stringify(mark)} in text`,
      text(),
      `a${mark}b`,
      'must be one line, without tabs',
    ]),
    ...inTextAndProse(['\u000b', '\u0085', '\u0000'], 'must not contain control characters'),
    ...inTextAndProse(['\u202a', '\u202e', '\u2066', '\u2069'], 'must not contain marks that reorder text'),
    ['a mark that reorders an e-mail address', emailAddress(), 'a\u202eb@contoso.example', 'must be an e-mail address'],
    [
      'a mark that reorders a URL',
      httpUrl(),
      'https://provider.example/\u202e',
      'must be an http or https URL without credentials',
    ],
    ['text one too long', text({ max: 2 }), '👋👋👋', 'must be shorter than or equal to 2 characters'],
    ...['bücher.example/', 'bü cher.example', 'bücher@contoso.example', 'bücher', '\u200d.example', '１２７.0.0.1'].map(
      (value): Refusal => [
        `${value} for a domain`,
        domainName(),
        value,
        'must be a domain name such as contoso.example',
      ],
    ),
    ['an address for a domain', domainName(), '127.0.0.1', 'must be a domain name such as contoso.example'],
    ['no e-mail address', emailAddress(), 'nobody', 'must be an e-mail address'],
    ['two dots in an e-mail address', emailAddress(), 'a..b@contoso.example', 'must be an e-mail address'],
    [
      'credentials in a URL',
      httpUrl(),
      'https://a:b@provider.example',
      'must be an http or https URL without credentials',
    ],
    ['a term with a dash', term(), 'a-b', 'must be 1 to 63 of a-z and underscore'],
    [
      'a slug that ends with a dash',
      slug(),
      'a-',
      'must be 1 to 63 of a-z, 0-9 and dash, and neither begin nor end with a dash',
    ],
    [
      'too much JSON',
      freeJson(z.record(z.string(), z.unknown()), 10),
      { a: 'too long' },
      'must have at most 10 characters',
    ],
  ])('%s is refused', (_what, rule, value, words) => {
    expect(verdictOf(rule, value)).toEqual([`field ${words}.`]);
  });

  it('has one sentence, however many rules it breaks, and every field has its own', () => {
    const rule = z.object({ a: text(), list: z.array(z.object({ 'b/c': text() })) });
    expect(check(rule, { a: '', list: [{}] })).toEqual({
      faults: [
        { pointer: '/a', detail: 'a must not be empty.' },
        { pointer: '/list/0/b~1c', detail: 'b/c is missing.' },
      ],
    });
  });
});
