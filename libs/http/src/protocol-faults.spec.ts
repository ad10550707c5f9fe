import { connect, type AddressInfo, type Socket } from 'node:net';
import fastify, { type FastifyInstance } from 'fastify';
import { edgeEnvironment } from '#libs/config';
import { createLogger } from '#libs/observability';
import { connectionBounds } from './connection-bounds';
import { ProtocolFaults } from './protocol-faults';
import type { ErrorForm } from './problem';

const headers = { 'x-content-type-options': 'nosniff', 'x-of-the-edge': 'every reply' };
/** As the token endpoints have one. */
const errorForm: ErrorForm = (error, request) =>
  request.routeOptions.url === '/token' ? { error: 'invalid_request', code: error.code } : undefined;

let edge: FastifyInstance;
let socket: Socket;

async function open(settings: Record<string, string> = {}): Promise<void> {
  const config = edgeEnvironment.parse({
    SLIPWAY_SERVICE_KEY: '0'.repeat(64),
    SLIPWAY_NATS: 'nats://localhost:4222',
    ...settings,
  });
  const faults = new ProtocolFaults(headers, createLogger('gateway', 'fatal'), errorForm);
  edge = fastify({
    ...connectionBounds(config),
    clientErrorHandler: faults.onConnection,
    frameworkErrors: (error, _request, reply) => faults.onAddress(error, reply),
    forceCloseConnections: true,
  });
  edge.addHook('onRequest', (_request, reply, done) => {
    void reply.headers(headers);
    done();
  });
  edge.setErrorHandler((error, _request, reply) => void reply.status(400).send(error));
  faults.watch(edge);
  edge.post('/token', () => ({ read: true }));
  edge.post('/refused', { onRequest: async (_request, reply) => reply.status(403).send({}) }, () => ({}));
  edge.get('/things/:id', () => ({ found: true }));
  edge.get('/silent', () => new Promise(() => undefined));
  edge.get('/endless', (_request, reply) => {
    reply.raw.write('begun');
    return reply.hijack();
  });
  await edge.listen({ port: 0, host: '127.0.0.1' });
  socket = connect((edge.server.address() as AddressInfo).port, '127.0.0.1');
  socket.on('error', () => undefined);
}

afterEach(async () => {
  socket.destroy();
  await edge.close();
});

function untilClosed(): Promise<string> {
  let text = '';
  socket.on('data', (chunk) => (text += chunk.toString()));
  return new Promise((closed) => socket.on('close', () => closed(text)));
}

async function repliesTo(sent: string): Promise<string> {
  const text = untilClosed();
  socket.write(sent);
  return text;
}

const isProblem = (text: string, status: number, code: string) => {
  expect(text).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  const [head = '', body = ''] = text.split('\r\n\r\n');
  expect(head).toMatch(/^content-type: application\/problem\+json/im);
  expect(head).toMatch(/^cache-control: no-store/im);
  expect(head).toMatch(/^connection: close/im);
  for (const [name, value] of Object.entries(headers)) expect(head).toContain(`${name}: ${value}`);
  expect(JSON.parse(body)).toMatchObject({ status, code, traceId: expect.stringMatching(/^[0-9a-f]{32}$/) });
};

describe('what is refused before any route is found', () => {
  const long = 'x'.repeat(40_000);

  it.each([
    ['is no HTTP', 'nonsense\r\n\r\n', 400, 'malformed_request'],
    ['has a header that is none', 'GET / HTTP/1.1\r\nhost: x\r\nno header\r\n\r\n', 400, 'malformed_request'],
    [
      'says its length twice',
      'POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n',
      400,
      'malformed_request',
    ],
    ['has headers that are too long', `GET / HTTP/1.1\r\nhost: x\r\nx: ${long}\r\n\r\n`, 431, 'headers_too_large'],
    ['has an address that is too long', `GET /${long} HTTP/1.1\r\nhost: x\r\n\r\n`, 414, 'address_too_long'],
    ['wants a tunnel', 'CONNECT x:443 HTTP/1.1\r\nhost: x:443\r\n\r\n', 501, 'tunnel_not_supported'],
  ])('is told so in our form where it %s', async (_what, sent, status, code) => {
    await open();
    isProblem(await repliesTo(sent), status, code);
  });

  it.each(['CONNECT x:443 HTTP/1.1\r\nhost: x:443\r\n\r\n', 'nonsense\r\n\r\n'])(
    'ends nothing but itself, whenever it goes: %j',
    async (sent) => {
      await open();
      const closed = new Promise((done) => edge.server.once('connection', (one: Socket) => one.once('close', done)));
      socket.once('data', () => socket.resetAndDestroy()).write(sent);
      await closed;
      const { port } = edge.server.address() as AddressInfo;
      expect((await fetch(`http://127.0.0.1:${port}/things/1`)).status).toBe(200);
    },
  );

  it.each([
    ['a tunnel', 'CONNECT x:443 HTTP/1.1\r\nhost: x:443\r\n\r\n'],
    ['what is no HTTP', 'nonsense\r\n\r\n'],
    ['wonders', 'POST /token HTTP/1.1\r\nhost: x\r\nexpect: wonders\r\n\r\nnonsense\r\n\r\n'],
  ])('ends the connection, and nothing else, where it comes behind a request under way: %s', async (_what, sent) => {
    await open();
    const text = untilClosed();
    socket.write(`GET /silent HTTP/1.1\r\nhost: x\r\n\r\n${sent}`);
    expect(await text).toBe('');
    const { port } = edge.server.address() as AddressInfo;
    expect((await fetch(`http://127.0.0.1:${port}/things/1`)).status).toBe(200);
  });

  it('is told so where it does not arrive', async () => {
    await open({ SLIPWAY_REQUEST_SECONDS: '1' });
    isProblem(await repliesTo('GET / HTTP/1.1\r\nhost: x\r\n'), 408, 'request_timeout');
  });

  it('is told so where it expects what there is not', async () => {
    await open();
    const text = await repliesTo('POST /token HTTP/1.1\r\nhost: x\r\nexpect: wonders\r\ncontent-length: 0\r\n\r\n');
    isProblem(text, 417, 'expectation_failed');
  });

  it('is told so where it follows a request that was read', async () => {
    await open();
    const text = untilClosed();
    socket.write('GET /things/1 HTTP/1.1\r\nhost: x\r\n\r\n');
    await new Promise((read) => socket.once('data', read));
    socket.write('nonsense\r\n\r\n');
    const [, , second = ''] = (await text).split('HTTP/1.1 ');
    isProblem(`HTTP/1.1 ${second}`, 400, 'malformed_request');
  });

  it.each([
    [`/things/${'x'.repeat(400)}`, 414, 'address_too_long'],
    ['/things/%zz', 400, 'invalid_request'],
  ])('is told so where its address is %s', async (address, status, code) => {
    await open();
    const { port } = edge.server.address() as AddressInfo;
    const reply = await fetch(`http://127.0.0.1:${port}${address}`);
    expect([reply.status, await reply.json()]).toMatchObject([status, { code }]);
    expect(reply.headers.get('x-of-the-edge')).toBe('every reply');
  });

  it('names no host: RFC 9112 3.2', async () => {
    await open();
    const text = await repliesTo('GET /things/1 HTTP/1.1\r\nconnection: close\r\n\r\n');
    expect(text).toMatch(/^HTTP\/1.1 400 .*Host header is missing/s);
  });
});

describe('what is refused while a request is read', () => {
  const begin = 'POST /token HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n';

  it.each([
    ['a body that does not arrive', `${begin}content-length: 100\r\n\r\n{`, 408, 'request_timeout'],
    ['a chunk that is none', `${begin}transfer-encoding: chunked\r\n\r\nz\r\n`, 400, 'malformed_request'],
  ])('takes the form of its address: %s', async (_what, sent, status, code) => {
    await open({ SLIPWAY_REQUEST_SECONDS: '1' });
    const text = await repliesTo(sent);
    expect(text).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(text).toContain('x-of-the-edge: every reply');
    expect(JSON.parse(text.split('\r\n\r\n')[1] ?? '')).toEqual({ error: 'invalid_request', code });
  });

  it('is not told to somebody who has been refused already, and sends on', async () => {
    await open({ SLIPWAY_REQUEST_SECONDS: '1' });
    const text = await repliesTo(`POST /refused HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{`);
    expect(text.match(/HTTP\/1.1 \d+/g)).toEqual(['HTTP/1.1 403']);
  });

  it('is not written into a reply that has begun', async () => {
    await open();
    const text = untilClosed();
    socket.write('GET /endless HTTP/1.1\r\nhost: x\r\n\r\n');
    await new Promise((read) => socket.once('data', read));
    socket.write('nonsense\r\n\r\n');
    expect(await text).toMatch(/^HTTP\/1.1 200 (?!.*malformed_request).*begun/s);
  });
});
