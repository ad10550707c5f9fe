import { z } from 'zod';
import { flag, seconds, serviceEnvironment } from '#libs/config';

/** Where it is injected. */
export const IdentityConfig = Symbol('IdentityConfig');
export type IdentityConfig = z.output<typeof schema>;

const schema = serviceEnvironment.extend({
  /** The first administrator of the provider's staff, made when there is none. */
  SLIPWAY_ADMIN_EMAIL: z.email(),
  SLIPWAY_ADMIN_PASSWORD: z.string().min(12).max(200),
  /** Whether what a partner says of itself at registration is taken as confirmed. */
  SLIPWAY_TRUST_REGISTRATION: flag().default(false),
  /** Keys per environment and account, where staff has set no number for the partner. */
  SLIPWAY_KEY_LIMIT: z.coerce.number().int().min(1).max(100).default(3),
  SLIPWAY_SESSION_SECONDS: seconds(60, 7 * 86_400).default(12 * 3_600),
  /** After which a session that nobody uses has ended: an hour, as NIST SP 800-63B-4 has it for two factors. */
  SLIPWAY_SESSION_IDLE_SECONDS: seconds(60, 7 * 86_400).default(3_600),
  /** Sessions that one person may have at once; the next ends the one that was used longest ago. */
  SLIPWAY_SESSIONS_PER_PERSON: z.coerce.number().int().min(1).max(1_000).default(20),
  /** How long ago a sign-in may be for what cannot be undone. */
  SLIPWAY_RECENT_SIGN_IN_SECONDS: seconds(60, 7 * 86_400).default(600),
  /** How long a link works with which somebody sets a new password. */
  SLIPWAY_RESET_LINK_SECONDS: seconds(60, 7 * 86_400).default(86_400),
  /** Whether staff may do without a second factor. */
  SLIPWAY_STAFF_SECOND_FACTOR: z.enum(['required', 'optional']).default('required'),
});

export const identityConfig = { schema, token: IdentityConfig };
