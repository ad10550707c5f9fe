import type { Environment, identity } from '#libs/contracts';

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
}

interface Issuance {
  publicUrl: string;
  environment: Environment;
  key: identity.ProvenKey;
  jti: string;
  nowMs: number;
  lifetimeSeconds: number;
}

export function claimsOf({ publicUrl, environment, key, jti, nowMs, lifetimeSeconds }: Issuance): SessionTokenClaims {
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
  };
}

/** B26: optional, and clamped to the maximum. */
export const lifetimeOf = (requested: number | undefined, standard: number, maximum: number): number =>
  Math.min(requested ?? standard, maximum);
