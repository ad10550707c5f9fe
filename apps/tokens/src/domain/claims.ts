import type { Environment, identity, PersonId } from '#libs/contracts';

/** RFC 8414: the issuer of an environment; `/.well-known/oauth-authorization-server/{environment}` describes it. */
export const issuerOf = (publicUrl: string, environment: Environment): string => `${publicUrl}/${environment}`;

export const audienceOf = (publicUrl: string, environment: Environment): string => `${publicUrl}/${environment}/api`;

/** RFC 9068 claims, with what a provider needs to know about the caller. */
export interface SessionTokenClaims {
  iss: string;
  aud: string;
  sub: string;
  client_id: string;
  /** Seconds since 1970. */
  iat: number;
  exp: number;
  jti: string;
  partner_id: string;
  account_id: string;
  subscription_id: string;
  product_id: string;
  key_id: string;
  /** What has ended tokens later ends this one, if it holds for it (docs/adr/0021). */
  epoch: number;
  /** From where alone it may be used, as the key had it; ranges in CIDR notation. */
  allowed_addresses?: string[];
  /** RFC 8693 4.1: the person who made it without the key's secret (B31). */
  act?: { sub: string };
}

interface Issuance {
  publicUrl: string;
  environment: Environment;
  key: identity.ProvenKey;
  jti: string;
  nowMs: number;
  lifetimeSeconds: number;
  madeBy?: PersonId;
}

export function claimsOf({
  publicUrl,
  environment,
  key,
  jti,
  nowMs,
  lifetimeSeconds,
  madeBy,
}: Issuance): SessionTokenClaims {
  const iat = Math.floor(nowMs / 1000);
  return {
    iss: issuerOf(publicUrl, environment),
    aud: audienceOf(publicUrl, environment),
    sub: key.applicationId,
    client_id: key.applicationId,
    iat,
    exp: iat + lifetimeSeconds,
    jti,
    partner_id: key.partnerId,
    account_id: key.accountId,
    subscription_id: key.subscriptionId,
    product_id: key.productId,
    key_id: key.keyId,
    epoch: key.epoch,
    ...(key.allowedAddresses && { allowed_addresses: key.allowedAddresses }),
    ...(madeBy && { act: { sub: madeBy } }),
  };
}

/** B26: optional, and clamped to the maximum. */
export const lifetimeOf = (requested: number | undefined, standard: number, maximum: number): number =>
  Math.min(requested ?? standard, maximum);

/** B23: of a key that expires; seconds from the `iat` of a token that is made now. 0 or less: none can be made any more. */
export const secondsLeft = (expiresAt: string | undefined, nowMs: number): number =>
  expiresAt === undefined ? Infinity : Math.floor(Date.parse(expiresAt) / 1000) - Math.floor(nowMs / 1000);
