import type { PersonCaller } from '#libs/contracts';
import { fail } from '#libs/errors';

/** Production is the business of the primary account alone. @throws forbidden */
export function requirePrimaryAccount({ environment }: PersonCaller): void {
  if (environment !== 'production') fail('forbidden', 'Only a global admin of the primary account may do this.');
}
