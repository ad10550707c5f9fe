import type { z } from 'zod';
import { flag, serviceEnvironment } from '#libs/config';

/** Where it is injected. */
export const SubscriptionsConfig = Symbol('SubscriptionsConfig');
export type SubscriptionsConfig = z.output<typeof schema>;

const schema = serviceEnvironment.extend({
  /** Production mode: provider endpoints must be https, and not on loopback. */
  SLIPWAY_PRODUCTION: flag().default(false),
});

export const subscriptionsConfig = { schema, token: SubscriptionsConfig };
