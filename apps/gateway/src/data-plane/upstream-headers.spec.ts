import { requestHeaders, responseHeaders } from './upstream-headers';

const places = {
  called: 'http://provider.example/v1/orders',
  endpoint: 'http://provider.example/v1',
  outside: 'https://gateway.example/sandbox/api/orders',
};
const toProvider = (headers: Record<string, string>) => requestHeaders(headers, { hasBody: true });
const toCaller = (headers: Record<string, string>) => responseHeaders(headers, places);

describe('from the caller to the provider', () => {
  it.each([
    ...['authorization', 'cookie', 'host', 'slipway-partner-id', 'slipway_partner_id', 'Slipway-Anything'],
    ...['x-http-method-override', 'X-HTTP-Method', 'x-method-override', 'x_http_method_override'],
    ...['x-original-url', 'x-rewrite-url', 'x-original-host', 'x-original-uri', 'x-host', 'proxy'],
    ...[
      'forwarded',
      'x-forwarded-for',
      'x_forwarded_for',
      'x-forwarded-host',
      'x-forwarded-client-cert',
      'x-forwarded',
    ],
    ...['true-client-ip', 'cf-connecting-ip', 'x-real-ip', 'x-client-ip', 'x-cluster-client-ip', 'fastly-client-ip'],
    ...['client-cert', 'x-ssl-client-cert', 'remote-user', 'x-remote-user', 'via'],
    ...['connection', 'keep-alive', 'proxy-authorization', 'te', 'trailer', 'transfer-encoding', 'upgrade', 'expect'],
  ])('%s does not pass', (name) => {
    expect(toProvider({ [name]: 'x', accept: 'text/plain' })).toEqual({ accept: 'text/plain' });
  });

  it('what Connection names does not pass', () => {
    const headers = { connection: 'close, X-Secret ,if-match', 'x-secret': 'x', 'if-match': '"1"', accept: '*/*' };
    expect(toProvider(headers)).toEqual({ accept: '*/*' });
  });

  it('what is of the call itself passes', () => {
    const headers = {
      ...{ accept: '*/*', 'content-type': 'text/plain', 'content-length': '1', 'idempotency-key': 'a', 'x-own': 'b' },
      ...{ 'if-match': '"1"', range: 'bytes=0-1', traceparent: '00-0-0-01', 'user-agent': 'c', 'accept-language': 'd' },
    };
    expect(toProvider(headers)).toEqual(headers);
  });

  it('nothing is said of a body that is not sent', () => {
    const headers = { 'content-type': 'text/plain', 'content-length': '1', accept: '*/*' };
    expect(requestHeaders(headers, { hasBody: false })).toEqual({ accept: '*/*' });
  });
});

describe('from the provider to the caller', () => {
  it.each([
    ...['strict-transport-security', 'clear-site-data', 'alt-svc', 'www-authenticate', 'refresh', 'via', 'nel'],
    ...['access-control-allow-origin', 'access-control-allow-credentials', 'access-control-expose-headers'],
    ...['service-worker-allowed', 'set-cookie', 'set-cookie2', 'report-to', 'reporting-endpoints'],
    ...['content-security-policy', 'content-security-policy-report-only', 'cross-origin-resource-policy'],
    ...['cross-origin-embedder-policy', 'permissions-policy', 'accept-ch', 'timing-allow-origin', 'slipway-trace-id'],
    ...['x-content-type-options', 'referrer-policy', 'x-frame-options', 'public-key-pins', 'set-login'],
    ...['connection', 'keep-alive', 'proxy-authenticate', 'trailer', 'transfer-encoding', 'upgrade'],
  ])('%s does not pass', (name) => {
    expect(toCaller({ [name]: 'x', etag: '"1"' })).toEqual({ etag: '"1"' });
  });

  it('what Connection names does not pass', () => {
    expect(toCaller({ connection: 'x-inner', 'x-inner': 'x', etag: '"1"' })).toEqual({ etag: '"1"' });
  });

  it('addresses are those of the gateway, or do not pass', () => {
    const inside = { location: '/v1/orders/7', 'content-location': '7', link: '</v1/orders?page=2>; rel="next"' };
    expect(toCaller(inside)).toEqual({
      location: `${places.outside}/orders/7`,
      'content-location': `${places.outside}/7`,
      link: `<${places.outside}/orders?page=2>; rel="next"`,
    });
    expect(toCaller({ location: '/admin', 'content-location': '/admin', link: '</admin>; rel="up"' })).toEqual({});
  });

  it('what is of the reply itself passes', () => {
    const headers = {
      ...{ 'content-type': 'application/json', 'content-length': '2', 'content-encoding': 'gzip', etag: '"1"' },
      ...{ 'cache-control': 'no-store', 'retry-after': '1', vary: 'accept', 'x-own': 'a', 'ratelimit-limit': '3' },
    };
    expect(toCaller(headers)).toEqual(headers);
  });
});
