import { z } from 'zod';
import { flag, nameservers, seconds, serviceEnvironment } from '#libs/config';
import { identity } from '#libs/contracts';
import { weaknessOf } from './domain/weak-passwords';

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
  /** From one address, counted whether or not they succeed; so are requests for a link, by themselves. */
  SLIPWAY_REGISTRATIONS_PER_HOUR: z.coerce.number().int().min(1).max(1_000_000).default(60),
  /** After which a registration expires that nobody has confirmed. */
  SLIPWAY_REGISTRATION_DAYS: z.coerce.number().int().min(1).max(3_650).default(7),
  /** Who is asked for the TXT records that prove a domain; none named: those of the machine. */
  SLIPWAY_DNS_SERVERS: nameservers().default([]),
  /** Keys per environment and account, where staff has set no number for the partner. */
  SLIPWAY_KEY_LIMIT: whole(1, 100).default(3),
  /** For how long a rotated key's previous secret may work beside the new one, at most. */
  SLIPWAY_ROTATION_OVERLAP_SECONDS_MAX: seconds(0, identity.overlapSecondsMax).default(identity.overlapSecondsMax),
  SLIPWAY_SESSION_SECONDS: seconds(60, 7 * 86_400).default(12 * 3_600),
  /** Failures by one name, or with one key, that are allowed in so many seconds. */
  SLIPWAY_FAILURES_MAX: whole(1, 1_000).default(10),
  SLIPWAY_FAILURES_SECONDS: seconds(60, 86_400).default(900),
  /** How long to wait after the last of them; after each further one twice as long, up to the maximum. */
  SLIPWAY_FAILURE_WAIT_SECONDS: seconds(1, 3_600).default(30),
  SLIPWAY_FAILURE_WAIT_SECONDS_MAX: seconds(1, 86_400).default(900),
  /** Failures a minute from one address, by whatever name and with whatever key. */
  SLIPWAY_FAILURES_PER_ADDRESS: whole(1, 1_000_000).default(300),
  /** How the address of a failure is recorded: as it is, or as a keyed hash. */
  SLIPWAY_FAILURE_ADDRESSES: z.enum(['plain', 'hashed']).default('plain'),
  /** How long somewhere that somebody has signed in counts as known. */
  SLIPWAY_DEVICE_DAYS: whole(1, 400).default(180),
  /** Threads that hash and compare passwords, and sign-ins that may wait for one: for strangers, and for the known. */
  SLIPWAY_PASSWORD_THREADS: whole(1, 16).default(1),
  SLIPWAY_PASSWORD_QUEUE: whole(1, 10_000).default(128),
  /** After which a session that nobody uses has ended: an hour, as NIST SP 800-63B-4 has it for two factors. */
  SLIPWAY_SESSION_IDLE_SECONDS: seconds(60, 7 * 86_400).default(3_600),
  /** Sessions that one person may have at once; the next ends the one that was used longest ago. */
  SLIPWAY_SESSIONS_PER_PERSON: whole(1, 1_000).default(20),
  /** How long ago a sign-in may be for what cannot be undone. */
  SLIPWAY_RECENT_SIGN_IN_SECONDS: seconds(60, 7 * 86_400).default(600),
  /** How long a link works with which somebody sets a new password. */
  SLIPWAY_RESET_LINK_SECONDS: seconds(60, 7 * 86_400).default(86_400),
  /** How long the link of an invitation works, and that which proves an e-mail address. */
  SLIPWAY_INVITATION_SECONDS: seconds(60, 30 * 86_400).default(7 * 86_400),
  SLIPWAY_VERIFICATION_LINK_SECONDS: seconds(60, 30 * 86_400).default(3 * 86_400),
  /** Whether staff may do without a second factor. */
  SLIPWAY_STAFF_SECOND_FACTOR: z.enum(['required', 'optional']).default('required'),
});

/** Where there is nobody yet: the first administrator's password is one that anybody may choose, or nothing starts. */
const firstStart = schema.extend({
  SLIPWAY_ADMIN_PASSWORD: schema.shape.SLIPWAY_ADMIN_PASSWORD.refine((password) => weaknessOf(password) === undefined, {
    error: 'must be one that would not soon be guessed: choose several words that do not belong together',
  }),
});

export const identityConfig = { schema, firstStart, token: IdentityConfig };
