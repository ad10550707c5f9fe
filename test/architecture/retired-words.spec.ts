import { Linter, type Rule } from 'eslint';
import { checkout, filesOf, loadScript, textOf } from '../support/checkout';

interface Glossary {
  retired: Map<string, string>;
  allowed: Set<string>;
}

interface RetiredWords {
  readGlossary: (markdown: string) => Glossary;
  retiredWordIn: (name: string, glossary: Glossary) => string | undefined;
  retiredWords: (glossary: Glossary) => Rule.RuleModule;
}

/** One of each kind of word that the table knows. */
const known = ['question', 'asked', 'answer', 'fact', 'reaction', 'ownCall', 'Writes', 'Held', 'EmitFact', 'Signal'];

const withoutCode = (markdown: string) => markdown.replace(/^ *```[^]*?^ *```$/gm, '');

describe('the words that docs/glossary.md has retired', () => {
  let words: RetiredWords;
  let glossary: Glossary;
  beforeAll(async () => {
    words = await loadScript<RetiredWords>('eslint-rules', 'retired-words.mjs');
    glossary = words.readGlossary(textOf('docs', 'glossary.md'));
  });

  function faultsOf(code: string, path = 'apps/some/src/some.ts'): string[] {
    const plugins = { slipway: { rules: { 'retired-words': words.retiredWords(glossary) } } };
    const config = { files: ['**/*.ts'], plugins, rules: { 'slipway/retired-words': 'error' as const } };
    return new Linter({ cwd: checkout }).verify(code, config, `${checkout}/${path}`).map(({ message }) => message);
  }

  const capitalised = (word: string) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`;
  const isWholeName = (word: string) => word !== word.toLowerCase();

  it('are read from the glossary, each with what to say instead', () => {
    expect([...glossary.retired.keys()]).toEqual(expect.arrayContaining(known));
    expect([...glossary.retired.values()].filter((instead) => instead === '')).toEqual([]);
  });

  it('are found in every name of a program', () => {
    for (const word of glossary.retired.keys()) {
      const names = isWholeName(word) ? [word] : [`${word}Of`, `some${capitalised(word)}`, `some_${word}`];
      for (const name of names) expect([name, faultsOf(`const ${name} = 1;`)]).toEqual([name, [expect.any(String)]]);
      for (const name of names) expect(faultsOf(`class Some { #${name} = 1; }`)).toHaveLength(1);
    }
  });

  it('are found in files and folders', () => {
    for (const word of [...glossary.retired.keys()].filter(
      (word) => !glossary.allowed.has(word) && !isWholeName(word),
    )) {
      expect([word, faultsOf('', `apps/some/src/${word}/some.ts`)]).toEqual([word, [expect.any(String)]]);
      expect([word, faultsOf('', `apps/some/src/on-${word}.ts`)]).toEqual([word, [expect.any(String)]]);
    }
  });

  it('stay where the glossary says so, in the names of others, and in strings', () => {
    for (const name of glossary.allowed) expect([name, faultsOf(`const ${name} = 1;`)]).toEqual([name, []]);
    expect(faultsOf('const signal = AbortSignal.timeout(Math.floor(1.5)); signal.heard("a question");')).toEqual([]);
  });

  it('are in no heading of a document', () => {
    const headings = filesOf()
      .filter((path) => path.endsWith('.md'))
      .flatMap(
        (path) =>
          withoutCode(textOf(path))
            .match(/^#+ .*$/gm)
            ?.map((heading) => `${path}: ${heading}`) ?? [],
      );
    const retired = (heading: string) =>
      heading
        .slice(heading.indexOf('#'))
        .split(/[^\w$]+/)
        .some((word) => words.retiredWordIn(word, glossary) !== undefined);
    expect(headings.filter((heading) => !heading.endsWith('## Retired words')).filter(retired)).toEqual([]);
  });

  it('are in no path of the checkout', () => {
    const isRetired = (path: string) =>
      path.split('/').some((name) => words.retiredWordIn(name, glossary) !== undefined);
    expect(filesOf().filter(isRetired)).toEqual([]);
  });
});
