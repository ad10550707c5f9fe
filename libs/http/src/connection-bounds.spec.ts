import { connect, type AddressInfo, type Socket } from 'node:net';
import fastify, { type FastifyInstance } from 'fastify';
import { edgeEnvironment } from '#libs/config';
import { connectionBounds } from './connection-bounds';

let edge: FastifyInstance;
let socket: Socket;
let drip: NodeJS.Timeout | undefined;

const open = async (settings: Record<string, string>) => {
  const config = edgeEnvironment.parse({
    SLIPWAY_SERVICE_KEY: '0'.repeat(64),
    SLIPWAY_NATS: 'nats://localhost:4222',
    ...settings,
  });
  edge = fastify({ ...connectionBounds(config), forceCloseConnections: true });
  edge.post('/', () => ({ read: true }));
  edge.get('/silent', () => new Promise(() => undefined));
  await edge.listen({ port: 0, host: '127.0.0.1' });
  socket = connect((edge.server.address() as AddressInfo).port, '127.0.0.1');
  socket.on('error', () => undefined);
};

afterEach(async () => {
  clearInterval(drip);
  socket.destroy();
  await edge.close();
});

/** Everything that came, once the other side has closed. */
const untilClosed = (): Promise<string> => {
  let text = '';
  socket.on('data', (chunk) => (text += chunk.toString()));
  return new Promise((closed) => socket.on('close', () => closed(text)));
};
const head = 'POST / HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n';

describe('a connection to an edge', () => {
  const whole = { SLIPWAY_REQUEST_SECONDS: '1', SLIPWAY_IDLE_SECONDS: '60' };
  const idle = { SLIPWAY_REQUEST_SECONDS: '60', SLIPWAY_IDLE_SECONDS: '1' };

  it('ends where the headers do not', async () => {
    await open(whole);
    socket.write('POST / HTTP/1.1\r\nhost: x\r\n');
    expect(await untilClosed()).toMatch(/^HTTP\/1.1 408/);
  });

  it('ends where the body does not, though some of it comes all the time', async () => {
    await open(whole);
    socket.write(`${head}content-length: 100000\r\n\r\n`);
    drip = setInterval(() => socket.write(' '), 50);
    expect(await untilClosed()).toMatch(/^HTTP\/1.1 408/);
  });

  it.each([
    ['before anything', ''],
    ['in the headers', 'POST / HTTP/1.1\r\nhost: x\r\n'],
    ['in the body', `${head}content-length: 100\r\n\r\n{`],
    ['in a body of chunks', `${head}transfer-encoding: chunked\r\n\r\n1\r\n{\r\n`],
    ['while nothing is replied', 'GET /silent HTTP/1.1\r\nhost: x\r\n\r\n'],
  ])('ends where nothing moves: %s', async (_where, begun) => {
    await open(idle);
    socket.write(begun);
    await untilClosed();
  });

  it('ends some time after the last request', async () => {
    await open(idle);
    socket.write(`${head}content-length: 2\r\n\r\n{}`);
    expect(await untilClosed()).toMatch(/^HTTP\/1.1 200/);
  });

  it('has bounds where nobody has set any', async () => {
    await open({});
    const { requestTimeout, headersTimeout, timeout, keepAliveTimeout } = edge.server;
    for (const bound of [requestTimeout, headersTimeout, timeout, keepAliveTimeout]) {
      expect(bound).toBeGreaterThan(0);
      expect(bound).toBeLessThanOrEqual(60_000);
    }
  });
});
