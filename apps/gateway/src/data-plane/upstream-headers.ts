import type { IncomingHttpHeaders } from 'node:http';
import type { Environment } from '#libs/contracts';
import { securityHeaders } from '#libs/http';
import type { VerifiedToken } from '../tokens/verified-tokens';

/** RFC 9110 7.6.1: between two neighbours, never for whoever is behind. */
const hopByHop = [
  'connection',
  'expect',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
];

/** Ours to set: the caller's own word would be believed. CGI makes no difference between dash and underscore. */
const ownHeader = /^slipway[-_]/i;
const credentials = ['authorization', 'cookie'];
const forwarded = /^(x-forwarded-.*|forwarded|x-real-ip)$/i;

const without = <Headers extends IncomingHttpHeaders>(
  headers: Headers,
  isDropped: (name: string) => boolean,
): Headers => Object.fromEntries(Object.entries(headers).filter(([name]) => !isDropped(name.toLowerCase()))) as Headers;

/** The provider has a name of its own. */
const ofTheGateway = ['host'];
const ofTheBody = ['content-length', 'content-type', 'content-encoding'];

/** What of the caller's headers the provider is given. */
export const requestHeaders = (headers: IncomingHttpHeaders, { hasBody }: { hasBody: boolean }): IncomingHttpHeaders =>
  without(
    headers,
    (name) =>
      hopByHop.includes(name) ||
      ofTheGateway.includes(name) ||
      credentials.includes(name) ||
      ownHeader.test(name) ||
      forwarded.test(name) ||
      (!hasBody && ofTheBody.includes(name)),
  );

/** Who calls. */
export const identityHeaders = (environment: Environment, token: VerifiedToken, traceId: string) => ({
  'slipway-environment': environment,
  'slipway-application-id': token.client_id,
  'slipway-partner-id': token.partner_id,
  'slipway-subscription-id': token.subscription_id,
  'slipway-trace-id': traceId,
});

/**
 * What of the provider's headers the caller is given. The API shares its origin with the portal: it sets no cookies
 * there and does not loosen what browsers are told.
 */
export const responseHeaders = <Headers extends IncomingHttpHeaders>(headers: Headers): Headers =>
  without(headers, (name) => hopByHop.includes(name) || name === 'set-cookie' || name in securityHeaders);
