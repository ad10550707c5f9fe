import { z } from 'zod';
import { egressEnvironment, httpUrl, serviceEnvironment } from '#libs/config';

/** Where it is injected. */
export const NotificationsConfig = Symbol('NotificationsConfig');
export type NotificationsConfig = z.output<typeof schema>;

const whole = (minimum: number, maximum: number) => z.coerce.number().int().min(minimum).max(maximum);

const schema = serviceEnvironment.extend(egressEnvironment.shape).extend({
  /** Under which partners reach the gateway: what is sent leads there. */
  SLIPWAY_PUBLIC_URL: httpUrl().default('http://localhost:8080'),
  /** Webhooks that an account may have, or the provider in an environment. */
  SLIPWAY_WEBHOOK_LIMIT: whole(1, 1_000).default(10),
  /** Deliveries under way at once from one copy, in one environment. */
  SLIPWAY_WEBHOOK_CONCURRENCY: whole(4, 10_000).default(256),
  /** Of these to one webhook, from all copies together; to one that fails, one. */
  SLIPWAY_WEBHOOK_CONNECTIONS: whole(1, 1_000).default(16),
  /** For how long a delivery is kept, with its attempts: so long it can be replayed. */
  SLIPWAY_DELIVERY_DAYS: whole(1, 3_650).default(30),
  /** For how long an inbox keeps a message, read or not. */
  SLIPWAY_MESSAGE_DAYS: z.coerce.number().int().min(1).max(3_650).default(365),
});

export const notificationsConfig = { schema, token: NotificationsConfig };
