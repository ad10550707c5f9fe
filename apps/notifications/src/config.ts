import type { z } from 'zod';
import { serviceEnvironment } from '#libs/config';

/** Where it is injected. */
export const NotificationsConfig = Symbol('NotificationsConfig');
export type NotificationsConfig = z.output<typeof schema>;

const schema = serviceEnvironment;

export const notificationsConfig = { schema, token: NotificationsConfig };
