// `npm run behaviours`: which statements of docs/behaviours.md the last `npm test` has proven. From the test results,
// not from a list: a test proves what its title begins with, such as `B39: …`, once it has passed.
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const checkout = resolve(import.meta.dirname, '..', '..');
const wordsMax = 84;

/** @typedef {'failing' | 'proven' | 'not yet'} State */

/** @param {string[]} path of a file in the checkout, undefined if it is not there */
function read(...path) {
  try {
    return readFileSync(join(checkout, ...path), 'utf8');
  } catch {
    return undefined;
  }
}

/**
 * `39. A Request changes requires notes.`: the capital after the number is the source; before a small letter, A is an
 * article.
 * @param {string} text
 */
function statementsOf(text) {
  return [...text.matchAll(/^(\d+)\. (?:[PAE+] (?=[A-Z+`"]))*(.+)$/gm)].map(([, number, words = '']) => ({
    number: Number(number),
    words: shortened(words.replaceAll('`', '')),
    // What stands after a + goes beyond the seeds and may come later than the rest of the statement.
    hasMore: / \+ /.test(words),
  }));
}

/** @param {string} words */
function shortened(words) {
  if (words.length <= wordsMax) return words;
  return `${words.slice(0, words.lastIndexOf(' ', wordsMax)).replace(/[,;:.]$/, '')} …`;
}

/** `B40, B60: is changed by nobody` proves two. @param {string} title */
function numbersOf(title) {
  const named = /^(B\d+(?:(?:, | and )B\d+)*):/.exec(title)?.[1] ?? '';
  return [...named.matchAll(/\d+/g)].map(([number]) => Number(number));
}

/** @param {string} line @returns {never} */
function stop(line) {
  console.error(line);
  process.exit(1);
}

const results = read('.results', 'tests.json');
const behaviours = read('docs', 'behaviours.md');
if (behaviours === undefined) stop('docs/behaviours.md is missing.');
if (results === undefined) stop('There are no test results yet. Make them with `npm test`, then try again.');

/** @type {{ tests: { title: string, status: string }[] }} */
const { tests } = JSON.parse(results);
if (tests.length === 0) stop('The last run has no results. Run `npm test` to its end, then try again.');
const statements = statementsOf(behaviours);
/** @param {number} number @param {string} status */
const count = (number, status) =>
  tests.filter((test) => test.status === status && numbersOf(test.title).includes(number)).length;

const reported = statements.map(({ number, words, hasMore }) => {
  const passed = count(number, 'passed');
  const failed = count(number, 'failed');
  /** @type {State} */
  const state = failed > 0 ? 'failing' : passed > 0 ? 'proven' : 'not yet';
  return { number, words, hasMore, passed, failed, state };
});

for (const { number, words, passed, failed, state } of reported) {
  const how = {
    failing: `failing (${failed} of ${passed + failed})`,
    proven: `proven (${plural(passed)})`,
    'not yet': 'not yet',
  }[state];
  console.log(`${`B${number}`.padStart(4)}  ${how.padEnd(18)}  ${words}`);
}
const known = new Set(statements.map(({ number }) => number));
for (const title of new Set(tests.map((test) => test.title)))
  if (numbersOf(title).some((number) => !known.has(number))) console.log(`No statement has this number: ${title}`);

const withMore = reported
  .filter(({ state, hasMore }) => state === 'proven' && hasMore)
  .map(({ number }) => `B${number}`);
if (withMore.length > 0) {
  console.log(
    `\nTitles do not tell apart what stands after a "+" in a statement; README says what of it is there: ${withMore.join(', ')}.`,
  );
}

const inState = (/** @type {State} */ state) => reported.filter((statement) => statement.state === state).length;
const failedTests = tests.filter(({ status }) => status === 'failed').length;
console.log(
  `\n${inState('proven')} proven, ${inState('failing')} failing, ${inState('not yet')} not yet, of ${reported.length} behaviours; ` +
    `${plural(tests.length)} in all, ${failedTests} failed.`,
);
process.exit(failedTests > 0 ? 1 : 0);

/** @param {number} number */
function plural(number) {
  return `${number} test${number === 1 ? '' : 's'}`;
}
