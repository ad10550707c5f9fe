import { invalid } from '#libs/errors';

/** B39: a text that says something. @throws invalid_request */
export function requireWords(text: string, pointer: string): string {
  if (text.trim() === '') throw invalid([{ pointer, detail: 'Write at least one word.' }]);
  return text;
}

/** An optional text: blank is none. */
export const wordsOrNone = (text: string | null): string | null => (text === null || text.trim() === '' ? null : text);
