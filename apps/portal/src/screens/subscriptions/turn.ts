import type { Subscription } from './subscriptions.queries';

export type Turn = 'yours' | 'theirs' | 'none';

/** Whose move it is. */
export function turnOf({
  phase,
  cancellation,
  production,
}: Pick<Subscription, 'phase' | 'cancellation' | 'production'>): Turn {
  if (cancellation || phase === 'rejected') return 'none';
  if (phase === 'sandbox') return 'yours';
  if (phase === 'in_review') return 'theirs';
  return production.unlocked ? 'none' : 'yours';
}

const order: readonly Turn[] = ['yours', 'theirs', 'none'];

/** What waits for oneself first; otherwise as they came. */
export const byTurn = (one: Subscription, other: Subscription): number =>
  order.indexOf(turnOf(one)) - order.indexOf(turnOf(other));
