import type { Problem } from '#libs/api-client';

/** The id of a field, so that a summary can lead to it. */
export const fieldId = (name: string): string => `field-${name}`;

const nameOf = (pointer: string): string =>
  pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .join('.');

const has = (values: unknown, name: string): boolean =>
  name.split('.').reduce<unknown>((value, part) => (value as Record<string, unknown> | undefined)?.[part], values) !==
  undefined;

/** What the API found wrong, by field. Nothing for a problem that is not about what was filled in. */
export function errorsOf(problem: Problem, values: unknown): Record<string, string> {
  const found = problem.fields.map(({ pointer, detail }) => [nameOf(pointer), detail] as const);
  // About something that is not in this form: then all of it is told as one problem.
  return found.every(([name]) => has(values, name)) ? Object.fromEntries(found) : {};
}
