import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { consumers } from '#libs/contracts';
import { compileTemplates, mailParts, type MailModel, type MailTemplates, type TemplateSources } from './templates';

/** Every event that is told by mail may have words of its own; `outcome` is for all that have none. */
const knownNames = new Set([
  'outcome',
  ...consumers
    .filter(({ service }) => service === 'notifications')
    .flatMap(({ events }) => events.map(({ name }) => name)),
]);

const sample: MailModel = {
  title: 'Title',
  text: 'Text',
  link: 'https://portal.example/',
  expiresAt: '2026-11-21 14:03 UTC',
  unsubscribe: 'https://portal.example/unsubscribe/slpu_sbx_1',
  environment: 'sandbox',
  person: { displayName: 'Ada', username: 'ada', domain: 'contoso.example' },
  provider: { name: 'Provider', contactEmail: null, contactUrl: null, reviewDays: null },
  event: {},
};

const foldersIn = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);

/** `outcome` for its three files `outcome.subject.hbs`, `outcome.text.hbs`, `outcome.html.hbs`. */
function readOne(folder: string, name: string): TemplateSources[string] {
  if (!knownNames.has(name)) throw new Error('nothing is called so that is told by mail');
  const paths = mailParts.map((part) => [part, join(folder, `${name}.${part}.hbs`)] as const);
  const missing = paths.find(([, path]) => !existsSync(path));
  if (missing) throw new Error(`${name}.${missing[0]}.hbs is missing beside it`);
  return Object.fromEntries(paths.map(([part, path]) => [part, readFileSync(path, 'utf8')])) as TemplateSources[string];
}

/** Compiled, and tried once: what is broken is known now, and not when somebody is to be written to. */
function tried(sources: TemplateSources): MailTemplates {
  const templates = compileTemplates(sources);
  for (const template of Object.values(templates)) template(sample);
  return templates;
}

/** @throws Error which file is at fault, and why */
export function readTemplates(root: string): MailTemplates {
  if (!statSync(root).isDirectory()) throw new Error(`${root} is no folder`);
  const templates: MailTemplates = {};
  for (const language of foldersIn(root)) {
    const folder = join(root, language);
    const files = readdirSync(folder).filter((file) => file.endsWith('.hbs'));
    for (const name of new Set(files.map((file) => file.split('.')[0] ?? ''))) {
      try {
        Object.assign(templates, tried({ [`${language.toLowerCase()}/${name}`]: readOne(folder, name) }));
      } catch (error) {
        throw new Error(`${join(folder, name)}: ${(error as Error).message}`, { cause: error });
      }
    }
  }
  return templates;
}

/** The path of a folder of templates, read. A process with a broken one does not start, and says which it is. */
export const templateFolder = () =>
  z.string().transform((path, context) => {
    try {
      return readTemplates(path);
    } catch (error) {
      context.addIssue(`must be a folder of templates: ${(error as Error).message}`);
      return z.NEVER;
    }
  });
