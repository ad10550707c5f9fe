import type { z } from 'zod';
import { pointerTo } from './json-pointer';

/** What is wrong with one field, in a sentence; `pointer` (RFC 6901) says which. */
interface Fault {
  pointer: string;
  detail: string;
}

export type Checked<Data> = { data: Data; faults?: undefined } | { data?: undefined; faults: Fault[] };

/**
 * A value by the rules of its contract, for every transport alike: the value as the rules leave it, or every fault at
 * once, one for each field.
 *
 * @param at where the value stands in the request
 */
export function check<Rule extends z.ZodType>(
  rule: Rule,
  value: unknown,
  at: readonly (string | number)[] = [],
): Checked<z.output<Rule>> {
  // Without our words first: a parse that carries them costs five times as much, and nearly every value is right.
  const plain = rule.safeParse(value);
  if (plain.success) return { data: plain.data };
  const result = rule.safeParse(value, { error: wordsOf });
  if (result.success) return { data: result.data };
  const faults = new Map<string, Fault>();
  for (const { path, message } of result.error.issues) {
    const segments = [...at, ...path.map((segment) => (typeof segment === 'symbol' ? String(segment) : segment))];
    const pointer = pointerTo(...segments);
    if (!faults.has(pointer)) faults.set(pointer, { pointer, detail: `${segments.at(-1) ?? 'This'} ${message}.` });
  }
  return { faults: [...faults.values()] };
}

const kinds: Record<string, string> = {
  string: 'a string',
  boolean: 'a boolean value',
  int: 'an integer number',
  number: 'a number',
  object: 'an object',
  record: 'an object',
  array: 'an array',
};

/** For rules that bring no words of their own. */
function wordsOf(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? 'is missing' : `must be ${kinds[issue.expected] ?? issue.expected}`;
    case 'too_small':
      return tooSmall(issue.origin, Number(issue.minimum));
    case 'too_big':
      return tooBig(issue.origin, Number(issue.maximum));
    case 'invalid_format':
      return issue.format === 'uuid' ? 'must be a UUID' : undefined;
    case 'invalid_value':
      return issue.input === undefined ? 'is missing' : `must be one of: ${issue.values.map(String).join(', ')}`;
    default:
      return undefined;
  }
}

function tooSmall(origin: string, minimum: number): string {
  if (origin === 'array') return `must contain at least ${minimum} elements`;
  if (origin !== 'string') return `must not be less than ${minimum}`;
  return minimum === 1 ? 'must not be empty' : `must be longer than or equal to ${minimum} characters`;
}

function tooBig(origin: string, maximum: number): string {
  if (origin === 'array') return `must contain no more than ${maximum} elements`;
  if (origin !== 'string') return `must not be greater than ${maximum}`;
  return `must be shorter than or equal to ${maximum} characters`;
}
