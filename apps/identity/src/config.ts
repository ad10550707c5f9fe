import { z } from 'zod';
import { flag, nameservers, seconds, serviceEnvironment } from '#libs/config';

/** Where it is injected. */
export const IdentityConfig = Symbol('IdentityConfig');
export type IdentityConfig = z.output<typeof schema>;

const schema = serviceEnvironment.extend({
  /** The first administrator of the provider's staff, made when there is none. */
  SLIPWAY_ADMIN_EMAIL: z.email(),
  SLIPWAY_ADMIN_PASSWORD: z.string().min(12).max(200),
  /** Whether what a partner says of itself at registration is taken as confirmed. */
  SLIPWAY_TRUST_REGISTRATION: flag().default(false),
  /** From one address, counted whether or not they succeed. */
  SLIPWAY_REGISTRATIONS_PER_HOUR: z.coerce.number().int().min(1).max(1_000_000).default(60),
  /** After which a registration expires that nobody has confirmed. */
  SLIPWAY_REGISTRATION_DAYS: z.coerce.number().int().min(1).max(3_650).default(7),
  /** Who is asked for the TXT records that prove a domain; none named: those of the machine. */
  SLIPWAY_DNS_SERVERS: nameservers().default([]),
  /** Keys per environment and account, where staff has set no number for the partner. */
  SLIPWAY_KEY_LIMIT: z.coerce.number().int().min(1).max(100).default(3),
  SLIPWAY_SESSION_SECONDS: seconds(60, 7 * 86_400).default(12 * 3_600),
});

export const identityConfig = { schema, token: IdentityConfig };
