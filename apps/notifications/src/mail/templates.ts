import Handlebars from 'handlebars';
import type { Environment } from '#libs/contracts';
import type { NamedProvider } from '../domain/templates';

/** What a template may say. All of it is text: in HTML it is escaped. */
export interface MailModel {
  title: string;
  text: string;
  /** Of the page concerned, or that which whoever gets it alone has. */
  link: string;
  /** Until when that works, such as `2026-11-21 14:03 UTC`. */
  expiresAt: string | null;
  /** Where one has no more such mails sent; null: it is essential. */
  unsubscribe: string | null;
  /** Null: a mail to the staff, which belongs to none. */
  environment: Environment | null;
  person: { displayName: string; username: string; domain: string };
  provider: NamedProvider | null;
  /** The event's data. */
  event: object;
}

/** A mail as it is sent. */
export interface RenderedMail {
  subject: string;
  text: string;
  html: string;
}

export const mailParts = ['subject', 'text', 'html'] as const;
type Part = (typeof mailParts)[number];

/** By language and name, such as `en/outcome`. */
export type TemplateSources = Record<string, Record<Part, string>>;
export type MailTemplates = Record<string, (model: MailModel) => RenderedMail>;

const subjectMax = 200;

/** Templates reach what they are given, and no helper but those of Handlebars itself. */
const handlebars = Handlebars.create();

/** HTML alone is escaped: a name with an ampersand is no name with `&amp;` in plain text. */
function compilePart(part: Part, source: string): (model: MailModel) => string {
  return handlebars.compile<MailModel>(source, { noEscape: part !== 'html', knownHelpersOnly: true });
}

function compileOne(sources: Record<Part, string>): (model: MailModel) => RenderedMail {
  const [subject, text, html] = mailParts.map((part) => compilePart(part, sources[part]));
  if (!subject || !text || !html) throw new Error('a template has three parts');
  return (model) => ({ subject: oneLine(subject(model)), text: text(model), html: html(model) });
}

/** A header has one line, whatever a name in it has. */
const oneLine = (subject: string): string =>
  subject
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()
    .slice(0, subjectMax);

export const compileTemplates = (sources: TemplateSources): MailTemplates =>
  Object.fromEntries(Object.entries(sources).map(([name, parts]) => [name, compileOne(parts)]));

/** `de-AT` falls back to `de`, and whatever else to English. */
function languagesOf(language: string | null): string[] {
  const wanted = language?.toLowerCase() ?? '';
  return [...new Set([wanted, wanted.split('-')[0] ?? '', 'en'])].filter(Boolean);
}

/** The language counts before the name: somebody who reads German rather has an outcome in German than its own words in English. */
export function templateOf(
  templates: MailTemplates,
  names: readonly string[],
  language: string | null,
): ((model: MailModel) => RenderedMail) | undefined {
  const wanted = languagesOf(language).flatMap((each) => names.map((name) => `${each}/${name}`));
  return wanted.map((name) => templates[name]).find((template) => template !== undefined);
}
