import type { Environment } from '#libs/contracts';
import { SlipwayError } from '#libs/errors';
import type { CallEnvelope } from '#libs/messaging';

/** The environment of whoever is signed in; no parameter can choose another. */
export function environmentOf({ caller }: CallEnvelope): Environment {
  if (caller.kind !== 'person') throw new SlipwayError('not_signed_in', 'Sign in first.');
  return caller.environment;
}
