import { z } from 'zod';
import { applyDecorators } from '@nestjs/common';
import { ApiResponse } from '@nestjs/swagger';
import { nameSchema, replySchema } from '#libs/http';
import { environmentSchema, identity, partnerId, subscriptionId } from '#libs/contracts';

/** RFC 6749 5.1. */
export const oauthToken = nameSchema(
  'OAuthToken',
  z.object({
    access_token: z.string(),
    token_type: z.literal('Bearer'),
    expires_in: z.int().min(1),
    /** Where one was requested: there are none to grant. */
    scope: z.literal('').optional(),
  }),
);

/**
 * What says in which environment a pair or token would work (`wrong_environment`), why the account gets none (`not_eligible`),
 * from where the request was seen to come (`address_not_allowed`), and why the key is stopped, or that it has expired, to whoever has its secret (`invalid_client`).
 */
const more = {
  environment: environmentSchema.optional(),
  reasons: z.array(z.string()).optional(),
  stopReason: identity.stopReason.optional(),
  expired: z.literal(true).optional(),
  address: z.string().nullable().optional(),
};

/** RFC 6749 5.2; `code` is ours, and says more. */
const oauthError = nameSchema(
  'OAuthError',
  z.object({ error: z.string(), error_description: z.string(), code: z.string(), ...more }),
);

export const eqpToken = nameSchema(
  'EqpToken',
  z.object({ mage_id: z.string(), ust: z.string(), expires_in: z.int().min(1) }),
);
const eqpError = nameSchema('EqpError', z.object({ code: z.string(), message: z.string(), ...more }));

export const serverMetadata = nameSchema(
  'AuthorizationServerMetadata',
  z.object({
    issuer: z.url(),
    token_endpoint: z.url(),
    jwks_uri: z.url(),
    grant_types_supported: z.array(z.string()),
    response_types_supported: z.array(z.string()),
    token_endpoint_auth_methods_supported: z.array(z.string()),
    service_documentation: z.url(),
    subject_types_supported: z.array(z.string()),
    id_token_signing_alg_values_supported: z.array(z.string()),
  }),
);

export const tokenOwner = nameSchema(
  'TokenOwner',
  z.object({
    environment: environmentSchema,
    applicationId: z.string(),
    partnerId,
    subscriptionId,
    expiresAt: z.iso.datetime(),
  }),
);

const json = (status: number, description: string, rule: z.ZodType) =>
  ApiResponse({ status, description, content: { 'application/json': { schema: replySchema(rule) } } });

const refusals: [status: number, description: string][] = [
  [
    400,
    'The request is none, or no token may be had: `not_eligible`, `api_access_off`, `address_not_allowed` (then with the `address` that was seen).',
  ],
  [
    401,
    'Wrong pair, wrong environment (then with the one where it would work), or a key that is stopped (then with `stopReason`) or has expired (then with `expired`).',
  ],
  [
    403,
    'No token may be had: `not_eligible`, `api_access_off`, `address_not_allowed` (then with the `address` that was seen).',
  ],
  [413, 'The body is too large.'],
  [415, 'The body is of another type.'],
  [429, 'A wrong secret after too many, with `Retry-After`. The right one works.'],
  [500, 'A fault of ours.'],
  [503, 'For the moment, with `Retry-After`.'],
];

/** A token endpoint: its reply, and its errors in the form of its standard. */
export const DocumentedToken = (standard: 'OAuth' | 'EQP', reply: z.ZodType) =>
  applyDecorators(
    json(200, 'A session token.', reply),
    ...refusals.map(([status, description]) => json(status, description, standard === 'OAuth' ? oauthError : eqpError)),
  );
