/**
 * What somebody looks for, as patterns for `ilike all(…)`: each word somewhere, in whatever order. What has a meaning in a
 * pattern stands for itself.
 */
export const wordPatterns = (words = ''): string[] =>
  words
    .split(/\s+/)
    .filter((word) => word !== '')
    .map((word) => `%${word.replace(/[\\%_]/g, '\\$&')}%`);
