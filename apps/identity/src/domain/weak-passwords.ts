import { dictionary } from '@zxcvbn-ts/language-common';

/** What is shorter, the contract refuses. */
const lengthMin = 12;

/** In lower case, as the list has them. */
const common = new Set(dictionary.passwords.filter(({ length }) => length >= lengthMin));

/** Why nobody should have this password, and what to do; undefined where nothing is known against it. */
export function weaknessOf(password: string): string | undefined {
  const letters = password.toLowerCase();
  if (new Set(letters).size === 1)
    return 'This is one character repeated. Choose several words that do not belong together.';
  if (common.has(letters))
    return 'This is a password that many have. Choose several words that do not belong together.';
  return undefined;
}
