import type { IncomingHttpHeaders } from 'node:http';
import type { Environment } from '#libs/contracts';
import { securityHeaders } from '#libs/http';
import type { VerifiedToken } from '../tokens/verified-tokens';
import { outsideAddress, outsideLinks, type Places } from './upstream-location';

/** RFC 9110 7.6.1: between two neighbours, never for whoever is behind. */
const hopByHop = [
  'connection',
  'expect',
  'http2-settings',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authentication-info',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'via',
];

/** Whom a proxy says a request comes from, and by which certificate: here that is said in `Slipway-…` headers alone. */
const forwarded = [
  'forwarded',
  'cf-connecting-ip',
  'cf-connecting-ipv6',
  'client-cert',
  'client-cert-chain',
  'client-ip',
  'fastly-client-ip',
  'fly-client-ip',
  'proxy-client-ip',
  'remote-addr',
  'remote-user',
  'ssl-client-cert',
  'true-client-ip',
  'wl-proxy-client-ip',
  'x-appengine-user-ip',
  'x-authenticated-user',
  'x-azure-clientip',
  'x-azure-socketip',
  'x-client-cert',
  'x-client-ip',
  'x-cluster-client-ip',
  'x-envoy-external-address',
  'x-originating-ip',
  'x-proxyuser-ip',
  'x-real-ip',
  'x-remote-addr',
  'x-remote-ip',
  'x-remote-user',
  'x-ssl-client-cert',
  'x-ssl-client-dn',
  'x-ssl-client-verify',
];

/** What makes some servers answer for another method, address or host than the request's own; `Proxy` is httpoxy. */
const overriding = [
  'proxy',
  'x-envoy-original-path',
  'x-host',
  'x-http-method',
  'x-http-method-override',
  'x-method-override',
  'x-original-host',
  'x-original-method',
  'x-original-uri',
  'x-original-url',
  'x-rewrite-uri',
  'x-rewrite-url',
];

/** Ours to set, or ours to keep. */
const ofTheGateway = ['host', 'authorization', 'cookie', 'cookie2'];
/** Ours to set: the caller's own word would be believed. */
const ofTheGatewayBy = ['slipway-', 'x-forwarded'];
const ofTheBody = ['content-length', 'content-type', 'content-encoding'];

/**
 * What a browser would take for the word of our origin, which the API shares with the portal: cookies, policies for
 * days to come, other places to find us at, who may read what, sign-in forms, what else to load or to report.
 */
const ofTheOrigin = [
  'accept-ch',
  'accept-ch-lifetime',
  'activate-storage-access',
  'alt-svc',
  'authentication-info',
  'clear-site-data',
  'content-security-policy-report-only',
  'critical-ch',
  'document-policy',
  'document-policy-report-only',
  'expect-ct',
  'feature-policy',
  'nel',
  'observe-browsing-topics',
  'origin-agent-cluster',
  'permissions-policy',
  'permissions-policy-report-only',
  'public-key-pins',
  'public-key-pins-report-only',
  'refresh',
  'report-to',
  'reporting-endpoints',
  'require-document-policy',
  'set-cookie',
  'set-cookie2',
  'set-login',
  'sourcemap',
  'speculation-rules',
  'strict-transport-security',
  'supports-loading-mode',
  'timing-allow-origin',
  'www-authenticate',
  'x-dns-prefetch-control',
  'x-permitted-cross-domain-policies',
  'x-sourcemap',
];
const ofTheOriginBy = [
  'access-control-',
  'attribution-reporting-',
  'cross-origin-',
  'sec-session-',
  'secure-session-',
  'service-worker-',
  'slipway-',
];

const beginsWith = (name: string, beginnings: string[]): boolean => beginnings.some((one) => name.startsWith(one));

/** CGI makes no difference between dash and underscore, and neither do many that come after a gateway. */
const plain = (name: string): string => name.toLowerCase().replaceAll('_', '-');

/** RFC 9110 7.6.1: what is named there is for the neighbour as well. */
export const namedInConnection = ({ connection = '' }: IncomingHttpHeaders): string[] =>
  String(connection)
    .split(',')
    .map((name) => plain(name.trim()));

function without(headers: IncomingHttpHeaders, isDropped: (name: string) => boolean): IncomingHttpHeaders {
  const dropped = [...hopByHop, ...namedInConnection(headers)];
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => !dropped.includes(plain(name)) && !isDropped(plain(name))),
  );
}

/** What of the caller's headers the provider is given. */
export const requestHeaders = (headers: IncomingHttpHeaders, { hasBody }: { hasBody: boolean }): IncomingHttpHeaders =>
  without(
    headers,
    (name) =>
      [ofTheGateway, forwarded, overriding].some((kind) => kind.includes(name)) ||
      beginsWith(name, ofTheGatewayBy) ||
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

/** What of the provider's headers the caller is given, with the gateway's addresses in place of the provider's. */
export function responseHeaders(headers: IncomingHttpHeaders, places: Places): IncomingHttpHeaders {
  const {
    location,
    'content-location': contentLocation,
    link,
    ...others
  } = without(
    headers,
    (name) => ofTheOrigin.includes(name) || beginsWith(name, ofTheOriginBy) || name in securityHeaders,
  );
  const addresses = {
    location: outsideAddress(location, places),
    'content-location': outsideAddress(contentLocation, places),
    link: outsideLinks(link, places),
  };
  return { ...others, ...Object.fromEntries(Object.entries(addresses).filter(([, address]) => address !== undefined)) };
}
