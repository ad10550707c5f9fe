import { domainToASCII } from 'node:url';
import { z } from 'zod';

/**
 * The rules of single fields, by name. Contracts are made of these: what the HTTP edge checks and documents, and what a
 * service checks of whoever calls it, is read from here. Trimming and lower-casing belong to a rule, so that a value
 * means the same whichever way it came. A length counts whole characters (code points), as JSON Schema does.
 */

/** Control characters other than tab and line breaks have no place in text, and half a surrogate pair is no character. */
const noControls = /^[^\p{Cc}\p{Cs}]*(?:[\t\n\r][^\p{Cc}\p{Cs}]*)*$/u;
const visible = /[^\s\p{Cf}\p{Cc}]/u;
/** They make the text around them read in another order: what a name says could be made to look like what it does not. */
const reordering = /[\u202a-\u202e\u2066-\u2069]/;
/** A name stands in messages to others; with lines of its own it could say there what it likes. */
const manyLines = /[\t\n\r\u2028\u2029]/;

/** The keyword that text of more than one line has in a schema. */
export const manyLinesKeyword = 'x-manyLines';

interface TextRule {
  max?: number;
  min?: number;
  /** The text itself matters, spaces included. */
  verbatim?: boolean;
  lowerCase?: boolean;
  /** Tabs and line breaks belong to it. */
  lines?: boolean;
}

/** One line of text with at least one visible character, unless it may be empty. */
export function text({ max = 100, min = 1, verbatim, lowerCase, lines }: TextRule = {}): z.ZodString {
  let rule = z.string();
  if (!verbatim) rule = rule.trim();
  if (lowerCase) rule = rule.toLowerCase();
  rule = rule.min(min).max(max);
  if (min > 0) rule = rule.refine((value) => visible.test(value), 'must not be empty');
  rule = rule
    .refine((value) => noControls.test(value), 'must not contain control characters')
    .refine((value) => !reordering.test(value), 'must not contain marks that reorder text');
  if (lines) return rule.meta({ [manyLinesKeyword]: true });
  return rule.refine((value) => !manyLines.test(value), 'must be one line, without tabs');
}

/** What reviewers, admins and descriptions say at length, in as many lines as they like. */
export const prose = (rule: Omit<TextRule, 'lines'> = {}) => text({ max: 4_000, ...rule, lines: true });

/** Words that somebody looks for, each somewhere, in letters of either case. */
export const searchWords = () => text({ max: 100 });

/** Text that is compared and never kept: whatever it is, it matches or it does not. */
export const presented = ({ max, min = 0 }: { max: number; min?: number }) => z.string().min(min).max(max);

/** Text that one of our services has written. */
export const written = (max = 300) => z.string().max(max);

const lowerCased = () => z.string().trim().toLowerCase();

const matching = (rule: z.ZodString, pattern: RegExp, max: number, words: string) =>
  rule.regex(pattern, words).meta({ maxLength: max });

/** ISO 4217. */
export const currency = () =>
  matching(z.string(), /^[A-Z]{3}$/, 3, 'must be three capital letters, such as EUR').meta({ minLength: 3 });

export const username = () =>
  matching(
    lowerCased(),
    /^[a-z0-9][a-z0-9._-]{0,63}$/,
    64,
    'must be 1 to 64 of a-z, 0-9, dot, dash and underscore, and begin with a letter or digit',
  );

/** Programmes, types. An unknown one is not invalid. */
export const term = () => matching(z.string(), /^[a-z_]{1,63}$/, 63, 'must be 1 to 63 of a-z and underscore');

export const slug = () =>
  matching(
    z.string(),
    /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/,
    63,
    'must be 1 to 63 of a-z, 0-9 and dash, and neither begin nor end with a dash',
  );

/** What a domain cannot hold, and a URL around it could. */
const notOfDomain = /[\s/?#@:\\%[\]]/;

/**
 * A domain of any script as DNS has it (UTS 46, punycode), and so as it is kept, compared and shown: two ways of writing it
 * are one domain, and letters that look like others are seen not to be. What cannot be one stays as it is.
 */
export const asciiDomain = (domain: string): string =>
  /^[ -~]*$/.test(domain) || notOfDomain.test(domain) ? domain : domainToASCII(domain) || domain;

/** A domain as somebody types it to be found; it finds what it would have registered. */
export const presentedDomain = () => presented({ max: 300 }).overwrite(asciiDomain);

/** Not an address: the last label is no number. */
const domainForm =
  /^(?=.{3,200}$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*\.(?!\d+$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

export const domainName = () =>
  lowerCased()
    .overwrite(asciiDomain)
    .refine((value) => domainForm.test(value), 'must be a domain name such as contoso.example')
    .meta({ format: 'idn-hostname', maxLength: 200 });

/** What somebody registers: `sandbox.` before it is the domain of its sandbox, so nobody else's may begin with that. */
export const registeredDomain = () =>
  domainName()
    .refine(
      (value) => !value.startsWith('sandbox.'),
      'must not begin with the label sandbox, which Slipway adds itself',
    )
    .meta({ format: 'idn-hostname', maxLength: 200 });

/** RFC 5321 without quoted local parts; letters of every script, as RFC 6531 allows. */
const emailForm =
  /^(?=.{1,64}@)[a-z\d!#$%&'*+/=?^_`{|}~\u00a1-\uffff-]+(?:\.[a-z\d!#$%&'*+/=?^_`{|}~\u00a1-\uffff-]+)*@(?:[a-z\d\u00a1-\uffff](?:[a-z\d\u00a1-\uffff-]{0,61}[a-z\d\u00a1-\uffff])?\.)+[a-z\u00a1-\uffff][a-z\d\u00a1-\uffff-]{0,61}[a-z\d\u00a1-\uffff]$/;

export const emailAddress = () =>
  lowerCased()
    .max(254)
    .refine(
      (value) => emailForm.test(value) && !reordering.test(value) && !manyLines.test(value),
      'must be an e-mail address',
    )
    .meta({ format: 'email' });

/** 12 to 200 characters, no other rule. Never trimmed. */
export const password = () => z.string().min(12).max(200).meta({ format: 'password' });

/** A password that is compared, not chosen: of any length within reason. */
export const presentedPassword = () => presented({ min: 1, max: 1_000 }).meta({ format: 'password' });

export const httpUrl = () =>
  z
    .string()
    .max(500)
    .refine(
      (value) => /^https?:\/\/[^\s@\p{Cc}\p{Cs}]+$/u.test(value) && !reordering.test(value),
      'must be an http or https URL without credentials',
    )
    .meta({ format: 'uri' });

export const whole = ({ min, max }: { min: number; max: number }) => z.int().min(min).max(max);

/** How many there are of something. */
export const count = () => whole({ min: 0, max: Number.MAX_SAFE_INTEGER });

/** Milliseconds since 1970. */
export const milliseconds = () => z.number().min(0).max(Number.MAX_SAFE_INTEGER);

/** An instant, as RFC 3339 writes it, in UTC. */
export const time = () => z.iso.datetime().max(40);

/** A day of the calendar, `2026-12-24`. */
export const date = () => z.iso.date().max(10);

/** Of the IANA database. Which there are is known to the ICU that Node brings. */
export const timeZone = () =>
  z
    .string()
    .max(64)
    .refine(isTimeZone, 'must be a time zone of the IANA database, such as Europe/Vienna')
    .meta({ format: 'time-zone' });

/** An offset such as `+01:00` is none: it knows no summer. */
function isTimeZone(name: string): boolean {
  try {
    return /^[A-Z]/i.test(name) && Boolean(new Intl.DateTimeFormat('en', { timeZone: name }));
  } catch {
    return false;
  }
}

/** As BCP 47 writes it: `en`, `de-AT`. One that nobody has words in is not invalid. */
export const language = () =>
  z
    .string()
    .max(35)
    .refine(
      (value) => /^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}$/.test(value),
      'must be a language such as en or de-AT',
    )
    .meta({ format: 'language' });

/** Bytes, written down for JSON. */
export const base64 = ({ bytesMax }: { bytesMax: number }) =>
  z
    .base64('must be bytes in base64')
    .min(1)
    .max(Math.ceil(bytesMax / 3) * 4);

/** Where the next page begins: `nextCursor` of the previous one, in the letters of base64url. */
const cursor = () =>
  z
    .string()
    .max(200)
    .regex(/^[\w-]+$/, 'must be the nextCursor of a page');

/** At least one, and at most 200, of a list. */
export const pageRequest = {
  limit: whole({ min: 1, max: 200 }).default(50),
  cursor: cursor().optional(),
};

const pageItemsMax = 200;

export const pageOf = <Item extends z.ZodType>(item: Item) => ({
  items: z.array(item).max(pageItemsMax),
  nextCursor: cursor().nullable(),
});

/** The keyword under which the bound of free JSON stands in a schema. */
export const charactersMaxKeyword = 'x-maxCharacters';

/**
 * JSON of a shape that a contract does not know, such as the answers to a form: bounded by the characters it has when
 * written down.
 */
export const freeJson = <Rule extends z.ZodType>(rule: Rule, charactersMax: number): Rule =>
  rule
    .refine((value) => JSON.stringify(value).length <= charactersMax, `must have at most ${charactersMax} characters`)
    .meta({ [charactersMaxKeyword]: charactersMax });
