import type { Environment } from '#libs/contracts';

/** Where a key gets its session tokens: shown beside each, so that nobody has to put it together. */
export const tokenUrl = (publicUrl: string, environment: Environment): string =>
  `${publicUrl}/${environment}/oauth2/token`;
