import { z } from 'zod';
import { environments } from './environment';
import { keyId } from './ids';
import { questionsFor } from './question';

const question = questionsFor('tokens');

export const refusalCode = z.enum(['invalid_client', 'domain_mismatch', 'api_access_off', 'not_eligible']);

/** Why no token: an answer, rendered by the edge in the form of the standard that was used. */
export const refusal = z.object({ code: refusalCode, message: z.string(), reasons: z.array(z.string()).optional() });

export const issued = z.discriminatedUnion('outcome', [
  z.object({
    outcome: z.literal('issued'),
    accessToken: z.string(),
    /** Seconds. */
    expiresIn: z.number().int(),
    accountId: z.string(),
  }),
  z.object({ outcome: z.literal('refused'), refusal }),
]);
export type Issued = z.infer<typeof issued>;

export const issueToken = question({
  name: 'issue-token',
  scopes: environments,
  askedBy: ['gateway'],
  allow: 'anyone',
  batched: true,
  request: z.object({
    applicationId: z.string(),
    secret: z.string(),
    /** The account's domain; must match where a client sends it (B25). */
    domain: z.string().optional(),
    /** Seconds; clamped to the maximum. */
    expiresIn: z.number().int().positive().optional(),
  }),
  reply: issued,
});

export const issueOwnToken = question({
  name: 'issue-own-token',
  scopes: ['sandbox'],
  askedBy: ['gateway'],
  allow: 'developer',
  request: z.object({ keyId }),
  reply: issued,
});

export const publicKey = z.object({
  kid: z.string(),
  kty: z.string(),
  crv: z.string(),
  x: z.string(),
  y: z.string(),
  use: z.literal('sig'),
  alg: z.literal('ES256'),
});
export type PublicKey = z.infer<typeof publicKey>;

export const getPublicKeys = question({
  name: 'get-public-keys',
  scopes: environments,
  askedBy: ['gateway'],
  allow: 'anyone',
  request: z.object({}),
  reply: z.object({ keys: z.array(publicKey) }),
});

/** Tokens of this application ID made before `notBefore` (milliseconds since 1970) are no longer valid. */
export const revocation = z.object({
  applicationId: z.string(),
  notBefore: z.number(),
  /** When it may be forgotten, because the last token it touches has expired by itself. */
  until: z.number(),
});
export type Revocation = z.infer<typeof revocation>;

export const listRevocations = question({
  name: 'list-revocations',
  scopes: environments,
  askedBy: ['gateway'],
  allow: 'service',
  request: z.object({}),
  reply: z.object({ items: z.array(revocation) }),
});

/** Ends an application ID's live tokens: they are refused from the moment this has been answered (B20). */
export const revokeApplication = question({
  name: 'revoke-application',
  scopes: environments,
  askedBy: ['identity'],
  allow: 'service',
  request: z.object({ applicationId: z.string() }),
  reply: z.object({}),
});

/** What a revocation is pushed on, to every gateway: core NATS, a hint; the list above is the guarantee. */
export const revocationSubject = (scope: string): string => `push.${scope}.tokens.revocation.v1`;
