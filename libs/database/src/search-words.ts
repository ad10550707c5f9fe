/**
 * What somebody looks for, as patterns for `ilike all(…)`: each word somewhere, in whatever order. What has a meaning in a
 * pattern stands for itself. In the composed form (NFC), however it was typed: what it is looked for in is to be
 * `normalize(…)`d as well, as a name is kept as it was written.
 */
export const wordPatterns = (words = ''): string[] =>
  words
    .normalize('NFC')
    .split(/\s+/)
    .filter((word) => word !== '')
    .map((word) => `%${word.replace(/[\\%_]/g, '\\$&')}%`);
