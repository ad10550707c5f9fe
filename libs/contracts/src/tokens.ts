import { z } from 'zod';
import { contractOf } from './definitions';
import { environments } from './environment';
import { asciiDomain, count, presented, text, time, whole, written } from './fields';
import { stopReason } from './identity';
import { accountId, keyId, partnerId, subscriptionId } from './ids';

const { query, command, event } = contractOf('tokens');

export const refusalCode = z.enum([
  'invalid_client',
  'domain_mismatch',
  'api_access_off',
  'not_eligible',
  'address_not_allowed',
]);

/** Why no token: an answer, rendered by the edge in the form of the standard that was used. */
export const refusal = z.object({
  code: refusalCode,
  message: written(),
  reasons: z.array(written(63)).max(10).optional(),
  /** Of a key that is good and stopped, to whoever has its secret or is signed in to its account. */
  stopReason: stopReason.optional(),
  /** Of a key that has expired, to the same. */
  expired: z.boolean().optional(),
  /** Of a key that may not be used from there: where the request was seen to come from. */
  address: written(64).nullable().optional(),
});
export type Refusal = z.infer<typeof refusal>;

export const issued = z.discriminatedUnion('outcome', [
  z.object({
    outcome: z.literal('issued'),
    accessToken: written(4_000),
    /** Seconds. */
    expiresIn: count(),
    accountId,
  }),
  z.object({ outcome: z.literal('refused'), refusal }),
]);
export type Issued = z.infer<typeof issued>;

/** A key as a client presents it. What breaks these rules is no key of ours. */
export const clientCredentials = z.object({
  applicationId: text({ max: 1_000, min: 0, verbatim: true }),
  secret: text({ max: 1_000, min: 0, verbatim: true }),
});

/** Nobody could read a row for each token, and a gateway gets thousands a second. */
const unrecorded = 'A token is signed and kept nowhere; the act was the making of its key.';

export const issueToken = command({
  unrecorded,
  name: 'issue-token',
  scopes: environments,
  calledBy: ['gateway'],
  allow: 'anyone',
  batched: true,
  again: 'freely',
  // Later than `tokens` gives up what it asks itself: it has answered by then, if it is there.
  againAfterMs: 1_000,
  request: clientCredentials.extend({
    /** The account's domain; must match where a client sends it (B25). */
    domain: presented({ max: 1_000 }).toLowerCase().overwrite(asciiDomain).optional(),
    /** Seconds; clamped to the maximum. */
    expiresIn: whole({ min: 1, max: Number.MAX_SAFE_INTEGER }).optional(),
  }),
  reply: issued,
});

export const issueOwnToken = command({
  unrecorded,
  name: 'issue-own-token',
  scopes: ['sandbox'],
  calledBy: ['gateway'],
  allow: 'developer',
  errors: [
    'not_found',
    'tokens.sandbox_only',
    'identity.not_eligible',
    'identity.api_access_off',
    'identity.key_stopped',
    'identity.key_expired',
  ],
  request: z.object({ keyId }),
  reply: issued,
});

export const publicKey = z.object({
  kid: written(),
  kty: written(),
  crv: written(),
  x: written(),
  y: written(),
  use: z.literal('sig'),
  alg: z.literal('ES256'),
});
export type PublicKey = z.infer<typeof publicKey>;

/** How often each copy of `tokens` looks what keys the others have made. */
export const signingKeysLookSeconds = 15;
/**
 * How far the clocks of two machines may be apart for those who compare them (docs/adr/0026): a token is refused so long
 * after its end, and its signing key stays published as long. Each is within a second of the others, or follows them.
 */
export const clockToleranceSeconds = 5;
/** Verifiers may keep the key set so long. */
export const keySetSeconds = 280;
/** A new key signs when nobody can hold a key set any more that was read, from whatever copy, before it was there. */
export const signingKeyLeadSecondsMin = keySetSeconds + signingKeysLookSeconds + clockToleranceSeconds;

export const getPublicKeys = query({
  name: 'get-public-keys',
  scopes: environments,
  calledBy: ['gateway'],
  allow: 'anyone',
  request: z.object({}),
  reply: z.object({ keys: z.array(publicKey).max(100) }),
});

export const firstToken = event({
  name: 'first-token',
  scopes: environments,
  // No token is written down: there is no row in whose transaction it could be.
  source: 'edge',
  when: 'A session token was issued for a key for the first time. Once for each key.',
  data: z.object({ partnerId, accountId, subscriptionId, keyId, at: time() }),
});
