import type { CodeOptions } from 'ajv';
import { RE2JS } from 're2js';

/** Longer ones are no longer read by whoever reviews them. */
const lengthMax = 200;
/** Matching takes time by this size; `x{0,1000}` has 2 000. */
const instructionsMax = 5_000;

/** In a pattern of ECMA-262 with the flag `u`, nothing else looks like it. */
const namedBackreference = /(?<!\\)(?:\\\\)*\\k</;

/**
 * Why a pattern of a form is refused, or undefined. JavaScript's engine backtracks, and there are more ways to make it
 * do so than a look at a pattern finds: `^a*a*a*a*a*a*b$` repeats nothing that repeats. So no pattern of a form ever
 * runs there. RE2 takes time by the length of the text alone, and has neither look-around nor references back.
 */
export function patternFault(pattern: string): string | undefined {
  if (pattern.length > lengthMax) return `A pattern has at most ${lengthMax} characters.`;
  // What is no pattern to ECMA-262 is none to JSON Schema, nor to a browser that checks the same form.
  if (!isEcmaPattern(pattern)) return 'A pattern is not a regular expression.';
  if (namedBackreference.test(pattern)) return `A pattern does not refer back to a group: ${pattern}`;
  try {
    if (compile(pattern).programSize() > instructionsMax) return `A pattern repeats too much: ${pattern}`;
    return undefined;
  } catch {
    return `A pattern is one that RE2 can match, without looking ahead or behind, and does not refer back: ${pattern}`;
  }
}

const compile = (pattern: string): RE2JS => RE2JS.compile(RE2JS.translateRegExp(pattern));

function isEcmaPattern(pattern: string): boolean {
  try {
    // Read, and never run.
    new RegExp(pattern, 'u');
    return true;
  } catch {
    return false;
  }
}

/** What Ajv makes `pattern` and `patternProperties` with. */
export const linearPatterns: NonNullable<CodeOptions['regExp']> = Object.assign(compile, { code: 'RE2JS.compile' });
