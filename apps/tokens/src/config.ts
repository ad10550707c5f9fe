import { z } from 'zod';
import { identity, tokens } from '#libs/contracts';
import { httpUrl, seconds, serviceEnvironment } from '#libs/config';

/** Where it is injected. */
export const TokensConfig = Symbol('TokensConfig');
export type TokensConfig = z.output<typeof schema>;

const leadTooShort = `must be ${tokens.signingKeyLeadSecondsMin} or more: verifiers may keep the key set for ${tokens.keySetSeconds} seconds, and would not know the key`;

const schema = serviceEnvironment.extend({
  /** Where partners reach the gateway: the base of issuers and audiences. */
  SLIPWAY_PUBLIC_URL: httpUrl(),
  /** Default and maximum lifetime of a session token; EQP's is two hours. */
  SLIPWAY_TOKEN_SECONDS: seconds(60, identity.tokenSecondsMax).default(7_200),
  SLIPWAY_TOKEN_SECONDS_MAX: seconds(60, identity.tokenSecondsMax).default(7_200),
  /** Age at which a signing key gets a successor. */
  SLIPWAY_SIGNING_KEY_DAYS: z.coerce.number().int().min(1).max(365).default(30),
  /** How long a new signing key is published before it signs. */
  SLIPWAY_SIGNING_KEY_LEAD_SECONDS: z.coerce
    .number()
    .int()
    .min(tokens.signingKeyLeadSecondsMin, leadTooShort)
    .max(86_400)
    .default(600),
});

export const tokensConfig = { schema, token: TokensConfig };
