import { connect } from 'node:net';
import { expectStatus, Scenario, sharedSystem } from '#libs/testing';

const system = sharedSystem();
const scenario = new Scenario(system);

/** Everything that comes back until the other side closes. */
function repliesTo(url: string, sent: string): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname, () => socket.write(sent));
  let text = '';
  socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
  return new Promise((done, fail) => socket.on('error', fail).on('close', () => done(text)));
}

describe.each([
  ['gateway', system.gatewayUrl],
  ['admin', system.adminUrl],
] as const)('what %s cannot read as HTTP', (_edge, url) => {
  const long = 'x'.repeat(40_000);

  it.each([
    ['is no HTTP', 'nonsense\r\n\r\n', 400, 'malformed_request'],
    ['names no host', 'GET /v1/account HTTP/1.1\r\nconnection: close\r\n\r\n', 400, 'malformed_request'],
    ['has too long an address', `GET /v1/${long} HTTP/1.1\r\nhost: x\r\n\r\n`, 414, 'address_too_long'],
    ['has too long headers', `GET /v1/account HTTP/1.1\r\nhost: x\r\nx: ${long}\r\n\r\n`, 431, 'headers_too_large'],
    [
      'expects what there is not',
      'GET /v1/account HTTP/1.1\r\nhost: x\r\nexpect: wonders\r\n\r\n',
      417,
      'expectation_failed',
    ],
  ])('is a problem like every other where it %s', async (_what, sent, status, code) => {
    const text = await repliesTo(url, sent);
    const [head = '', body = ''] = text.split('\r\n\r\n');
    expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    for (const header of [
      'content-type: application/problem+json',
      'cache-control: no-store',
      'x-content-type-options: nosniff',
      'x-frame-options: DENY',
      'content-security-policy: ',
    ])
      expect(head.toLowerCase()).toContain(header.toLowerCase());
    expect(JSON.parse(body)).toMatchObject({ status, code, traceId: expect.any(String) });
  });
});

describe('what goes wrong while a request is read', () => {
  it.each([
    ['oauth2/token', { error: 'invalid_request', code: 'malformed_request' }],
    ['rest/v1/app/session/token', { code: 'malformed_request', message: expect.any(String) }],
  ])('takes the form of its address: %s', async (path, expected) => {
    const head = `POST /sandbox/${path} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n`;
    const text = await repliesTo(system.gatewayUrl, `${head}transfer-encoding: chunked\r\n\r\nz\r\n`);
    expect(text).toMatch(/^HTTP\/1.1 400 /);
    expect(text).toMatch(/^pragma: no-cache/im);
    expect(JSON.parse(text.split('\r\n\r\n')[1] ?? '')).toMatchObject(expected);
  });
});

describe('after all of it', () => {
  it('both edges go on', async () => {
    for (const api of [scenario.gateway, scenario.admin]) expectStatus(await api.get('/healthz'), 200);
  });
});
