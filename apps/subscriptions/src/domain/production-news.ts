import type { identity } from '#libs/contracts';

type Missing = identity.AccountBlocker[];

/** What there is to tell of a subscription whose production is open. */
export type ProductionNews = 'unlocked' | 'locked' | 'none';

/**
 * Told are: the first thing that is missing, and each that comes to it; and that nothing is missing any more. One of
 * several that is there again is no news yet. Of what nobody knows what was told, nothing is.
 */
export function productionNews(before: Missing | null, missing: Missing): ProductionNews {
  if (!before) return 'none';
  if (missing.some((reason) => !before.includes(reason))) return 'locked';
  return missing.length === 0 && before.length > 0 ? 'unlocked' : 'none';
}
