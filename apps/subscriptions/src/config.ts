import type { z } from 'zod';
import { egressEnvironment, serviceEnvironment } from '#libs/config';

/** Where it is injected. */
export const SubscriptionsConfig = Symbol('SubscriptionsConfig');
export type SubscriptionsConfig = z.output<typeof schema>;

const schema = serviceEnvironment.extend(egressEnvironment.shape);

export const subscriptionsConfig = { schema, token: SubscriptionsConfig };
