// Names that docs/glossary.md has retired are faults of `npm run lint`: of identifiers, files and folders. The glossary
// is the only list: a line there is all it takes to retire a word.

/**
 * @typedef {object} Glossary
 * @property {Map<string, string>} retired what to say instead, by the retired word
 * @property {Set<string>} allowed whole names that stay, though a retired word is in them
 */

/** @typedef {(import('estree').Identifier | import('estree').PrivateIdentifier) & import('eslint').Rule.NodeParentExtension} Name */

const inBackticks = /`([A-Za-z_$][\w$]*)`/g;

/** @param {string} cell @returns {string[]} */
const namesIn = (cell) => [...cell.matchAll(inBackticks)].map(([, name]) => name ?? '');

/**
 * Reads the table below "## Retired words": retired | say instead | where it stays.
 * @param {string} markdown @returns {Glossary}
 */
export function readGlossary(markdown) {
  const [, section = ''] = markdown.split(/^## Retired words$/m);
  const rows = section.split('\n').map((line) => line.split('|').map((cell) => cell.trim()));
  /** @type {Glossary} */
  const glossary = { retired: new Map(), allowed: new Set() };
  for (const [, words = '', instead = '', stays = ''] of rows) {
    for (const word of namesIn(words)) glossary.retired.set(word, instead);
    for (const name of namesIn(stays)) glossary.allowed.add(name);
  }
  return glossary;
}

/** `isKey_ended` → is, key, ended. @param {string} name */
const segmentsOf = (name) => name.split(/[^A-Za-z0-9]+|(?<=[a-z0-9])(?=[A-Z])/).map((segment) => segment.toLowerCase());

/**
 * A retired word in small letters is looked for in every part of a name; one with a capital is a whole name.
 * @param {string} name @param {Glossary} glossary @returns {string | undefined}
 */
export function retiredWordIn(name, { retired, allowed }) {
  if (allowed.has(name)) return undefined;
  return retired.has(name) ? name : segmentsOf(name).find((segment) => retired.has(segment));
}

/** What belongs to another object was named where that was defined. @param {Name} node */
function isNamedElsewhere(node) {
  const { parent } = node;
  if (parent.type === 'MemberExpression') return parent.property === node && !parent.computed;
  return parent.type === 'ImportSpecifier' && parent.imported === node && parent.local !== node;
}

/** @param {Glossary} glossary @returns {import('eslint').Rule.RuleModule} */
export const retiredWords = (glossary) => ({
  meta: {
    type: 'suggestion',
    docs: { description: 'names that docs/glossary.md has retired' },
    messages: { retired: '"{{name}}" says "{{word}}". Say {{instead}} (docs/glossary.md).' },
    schema: [],
  },
  create(context) {
    /** @param {import('estree').Node} node @param {string} name */
    const check = (node, name) => {
      const word = retiredWordIn(name, glossary);
      if (word === undefined) return;
      const instead = glossary.retired.get(word) ?? '';
      context.report({ node, messageId: 'retired', data: { name, word, instead } });
    };
    /** @param {Name} node */
    const checkName = (node) => {
      if (!isNamedElsewhere(node)) check(node, node.name);
    };
    return {
      Program: (node) => {
        for (const name of context.filename.slice(context.cwd.length).split(/[/\\]/)) check(node, name);
      },
      Identifier: checkName,
      PrivateIdentifier: checkName,
    };
  },
});
