import { isEnvironment, type Environment } from '#libs/contracts';
import { notFound } from '#libs/errors';

/** An environment that a path names. @throws not_found, after what was sent is judged */
export function knownEnvironment(environment: string): Environment {
  if (!isEnvironment(environment)) throw notFound();
  return environment;
}
