import { z } from 'zod';
import { egressEnvironment, seconds, serviceEnvironment } from '#libs/config';

/** Where it is injected. */
export const SubscriptionsConfig = Symbol('SubscriptionsConfig');
export type SubscriptionsConfig = z.output<typeof schema>;

const whole = (minimum: number, maximum: number) => z.coerce.number().int().min(minimum).max(maximum);

const schema = serviceEnvironment.extend(egressEnvironment.shape).extend({
  /** How long a cancelled subscription with production keys can be restored. */
  SLIPWAY_CANCELLATION_SECONDS: seconds(0, 30 * 86_400).default(86_400),
  /** Subscriptions that a partner may have at once; ten times as many, ever. */
  SLIPWAY_SUBSCRIPTION_LIMIT: whole(1, 10_000).default(200),
  /** Days after which a draft is gone that nobody has saved again. */
  SLIPWAY_DRAFT_DAYS: whole(1, 3_650).default(90),
  /** What one side may write in an hour about all reviews of a partner; of internal notes as many. */
  SLIPWAY_MESSAGES_PER_HOUR: whole(1, 10_000).default(60),
  /** Milliseconds that the check of one set of answers may take. */
  SLIPWAY_FORM_CHECK_MS: whole(50, 5_000).default(1_000),
  /** Megabytes of heap of a thread that checks; the Node that runs it needs some 20 itself. */
  SLIPWAY_FORM_CHECK_MEMORY_MB: whole(32, 1_024).default(128),
  /** Threads that check; each may keep a core busy. */
  SLIPWAY_FORM_CHECK_THREADS: whole(1, 16).default(1),
  /** Checks that may wait for a thread. */
  SLIPWAY_FORM_CHECK_QUEUE: whole(1, 1_000).default(64),
});

export const subscriptionsConfig = { schema, token: SubscriptionsConfig };
