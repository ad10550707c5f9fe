import type { Environment } from '#libs/contracts';
import { SlipwayError } from '#libs/errors';
import type { RequestContext } from '#libs/rpc';

/** The environment of whoever is signed in; no parameter can choose another. */
export function environmentOf({ caller }: RequestContext): Environment {
  if (caller.kind !== 'person') throw new SlipwayError('not_signed_in', 'Sign in first.');
  return caller.environment;
}
