import type { Environment } from '../pages';

/** Where somebody is led after signing in: a page of the account they signed in to, and never another site. */
export function safeNext(next: string | null, environment: Environment): string | undefined {
  if (next === null) return undefined;
  const { origin, pathname, search } = new URL(next, 'https://portal.invalid');
  const isOurs = origin === 'https://portal.invalid' && pathname.startsWith(`/${environment}/`);
  return isOurs ? pathname + search : undefined;
}
