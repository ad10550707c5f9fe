import { z } from 'zod';
import { serviceEnvironment } from '#libs/config';

/** Where it is injected. */
export const NotificationsConfig = Symbol('NotificationsConfig');
export type NotificationsConfig = z.output<typeof schema>;

const schema = serviceEnvironment.extend({
  /** For how long an inbox keeps a message, read or not. */
  SLIPWAY_MESSAGE_DAYS: z.coerce.number().int().min(1).max(3_650).default(365),
});

export const notificationsConfig = { schema, token: NotificationsConfig };
