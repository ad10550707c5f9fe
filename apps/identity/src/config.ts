import { z } from 'zod';
import { flag, seconds, serviceEnvironment } from '#libs/config';

/** Where it is injected. */
export const IdentityConfig = Symbol('IdentityConfig');
export type IdentityConfig = z.output<typeof schema>;

const whole = (minimum: number, maximum: number) => z.coerce.number().int().min(minimum).max(maximum);

const schema = serviceEnvironment.extend({
  /** The first administrator of the provider's staff, made when there is none. */
  SLIPWAY_ADMIN_EMAIL: z.email(),
  SLIPWAY_ADMIN_PASSWORD: z.string().min(12).max(200),
  /** Whether what a partner says of itself at registration is taken as confirmed. */
  SLIPWAY_TRUST_REGISTRATION: flag().default(false),
  /** Keys per environment and account, where staff has set no number for the partner. */
  SLIPWAY_KEY_LIMIT: whole(1, 100).default(3),
  SLIPWAY_SESSION_SECONDS: seconds(60, 7 * 86_400).default(12 * 3_600),
  /** Threads that hash and compare passwords, and sign-ins that may wait for one. */
  SLIPWAY_PASSWORD_THREADS: whole(1, 16).default(1),
  SLIPWAY_PASSWORD_QUEUE: whole(1, 10_000).default(128),
});

export const identityConfig = { schema, token: IdentityConfig };
