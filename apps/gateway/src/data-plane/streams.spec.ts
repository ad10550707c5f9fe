import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { until } from '#libs/testing';
import { OpenedDataPlane } from '../spec-support/opened-data-plane';

/** Leaves every reply to the spec. */
let provider: Server;
let arrived: { request: IncomingMessage; reply: ServerResponse }[];
let dataPlane: OpenedDataPlane;
const sockets: Socket[] = [];
const drips: NodeJS.Timeout[] = [];

beforeEach(async () => {
  arrived = [];
  provider = createServer((request, reply) => {
    request.on('error', () => undefined).resume();
    arrived.push({ request, reply });
  });
  await new Promise<void>((listening) => provider.listen(0, '127.0.0.1', listening));
});

afterEach(async () => {
  for (const drip of drips.splice(0)) clearInterval(drip);
  for (const socket of sockets.splice(0)) socket.destroy();
  provider.closeAllConnections();
  await dataPlane.close();
  await new Promise((closed) => provider.close(closed));
});

async function open(settings: Record<string, string> = {}): Promise<void> {
  dataPlane = await OpenedDataPlane.open(settings);
  const origin = `http://127.0.0.1:${(provider.address() as AddressInfo).port}`;
  dataPlane.endpoints = { sandbox: origin, production: origin };
}

async function theCall() {
  await until('the call to be there', async () => arrived.length === 1);
  const [call] = arrived;
  if (!call) throw new Error('no call');
  return call;
}

/** The provider's stream of events, and what reads it through the gateway. */
async function openEvents(signal?: AbortSignal) {
  const response = dataPlane.call('events', { signal, headers: { accept: 'text/event-stream' } });
  const { request, reply } = await theCall();
  reply.writeHead(200, { 'content-type': 'text/event-stream', 'x-of-the-provider': 'head' }).flushHeaders();
  const { status, headers, body } = await response;
  const reader = body?.getReader() as ReadableStreamDefaultReader<Uint8Array>;
  const read = async () => Buffer.from((await reader.read()).value ?? []).toString();
  return { request, reply, status, headers, read };
}

function dial(): Socket {
  const { hostname, port } = new URL(dataPlane.url);
  const socket = connect(Number(port), hostname);
  sockets.push(socket);
  return socket.on('error', () => undefined);
}

function textOf(socket: Socket): Promise<string> {
  let text = '';
  socket.on('data', (chunk) => (text += chunk.toString()));
  return new Promise((closed) => socket.on('close', () => closed(text)));
}

const closeOf = (socket: Socket) => new Promise((closed) => socket.once('close', closed));

const head = (path: string, ...headers: string[]) =>
  [`${path} HTTP/1.1`, 'host: gateway.example', 'authorization: Bearer key-1@account-1', ...headers, '', ''].join(
    '\r\n',
  );

/** Something of a body all the time, and never all of it. */
function dribble(): Promise<string> {
  const socket = dial();
  const text = textOf(socket);
  socket.write(head('POST /sandbox/api/orders/upload', 'content-type: text/plain', 'content-length: 100000'));
  drips.push(setInterval(() => socket.write('.'), 20));
  return text;
}

describe('a stream of events', () => {
  it('begins with its head, before there is any event, and passes each on as it comes', async () => {
    await open();
    const { status, headers, reply, read } = await openEvents();
    expect([status, headers.get('content-type'), headers.get('x-of-the-provider')]).toEqual([
      200,
      'text/event-stream',
      'head',
    ]);
    for (const event of ['data: one\n\n', 'data: two\n\n']) {
      reply.write(event);
      expect(await read()).toBe(event);
    }
    reply.end();
    expect(await read()).toBe('');
  });

  it('outlasts silence that no other connection, and no reply that has not begun, is allowed', async () => {
    const seconds = { SLIPWAY_IDLE_SECONDS: '1', SLIPWAY_REQUEST_SECONDS: '1', SLIPWAY_PROVIDER_SECONDS: '1' };
    await open({ ...seconds, SLIPWAY_PROVIDER_QUEUE_SECONDS: '1' });
    const { reply, read } = await openEvents();
    // Silence, measured by what it would have cut.
    for (let round = 0; round < 6; round += 1) await closeOf(dial());
    reply.write('data: late\n\n');
    expect(await read()).toBe('data: late\n\n');
  }, 20_000);

  it('is had for a request with a body, too', async () => {
    await open();
    const call = dataPlane.call('search', { method: 'POST', body: 'what?' });
    const { request, reply } = await theCall();
    reply.writeHead(200).write('begun');
    await until('the body to be there', async () => request.complete);
    reply.end(' and ended');
    expect(await (await call).text()).toBe('begun and ended');
  });

  it('ends where there is silence for longer than is set', async () => {
    await open({ SLIPWAY_PROVIDER_IDLE_SECONDS: '1' });
    const { request, read } = await openEvents();
    const closed = closeOf(request.socket);
    await expect(read()).rejects.toThrow();
    await closed;
  });

  it('ends at the provider when its reader has gone', async () => {
    await open();
    const away = new AbortController();
    const { request, reply, read } = await openEvents(away.signal);
    reply.write('data: one\n\n');
    await read();
    const closed = closeOf(request.socket);
    away.abort();
    await closed;
  });

  it('ends when what it was begun with has been ended, and no other does', async () => {
    await open();
    const { request, reply, read } = await openEvents();
    dataPlane.tokens.ended.add('key-of-somebody-else');
    await until('a look at what has been ended', async () => dataPlane.tokens.looks > 1);
    reply.write('data: one\n\n');
    expect(await read()).toBe('data: one\n\n');
    const closed = closeOf(request.socket);
    dataPlane.tokens.ended.add('key-1');
    await expect(read()).rejects.toThrow();
    await closed;
  });

  it('ends at its reader when the provider breaks off, and is not taken for a whole one', async () => {
    await open();
    const { request, read } = await openEvents();
    request.socket.destroy();
    await expect(read()).rejects.toThrow();
  });
});

describe('a provider that sends no head', () => {
  it('in time is 504, and the call to it has ended', async () => {
    await open({ SLIPWAY_PROVIDER_SECONDS: '1', SLIPWAY_IDLE_SECONDS: '1' });
    const call = dataPlane.call('silent');
    const { request } = await theCall();
    const closed = closeOf(request.socket);
    const reply = await call;
    expect([reply.status, await reply.json()]).toMatchObject([504, { code: 'gateway.upstream_timeout' }]);
    expect(reply.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    await closed;
  });

  it('and goes is 502', async () => {
    await open();
    const call = dataPlane.call('gone');
    (await theCall()).request.socket.destroy();
    const reply = await call;
    expect([reply.status, await reply.json()]).toMatchObject([502, { code: 'gateway.upstream_failed' }]);
  });
});

describe('an upload that dribbles', () => {
  it('ends, at the provider too, and is told why', async () => {
    await open({ SLIPWAY_REQUEST_SECONDS: '1' });
    const text = dribble();
    const { request } = await theCall();
    const closed = closeOf(request.socket);
    expect(await text).toMatch(/^HTTP\/1.1 408 .*"code":"request_timeout"/s);
    await closed;
  });

  it('ends where the reply has begun, and nothing is written into that', async () => {
    await open({ SLIPWAY_REQUEST_SECONDS: '1' });
    const text = dribble();
    (await theCall()).reply.writeHead(200, { 'content-type': 'text/plain' }).write('begun');
    const received = await text;
    expect(received).toMatch(/^HTTP\/1.1 200 .*\r\nbegun\r\n$/s);
    expect(received).not.toContain('408');
  });
});

describe('an upgrade', () => {
  const upgrade = async (...headers: string[]) => {
    const socket = dial();
    const text = textOf(socket);
    socket.write(head('GET /sandbox/api/orders/socket', ...headers));
    return { socket, text };
  };

  it.each([
    ['to a WebSocket', ['connection: keep-alive, Upgrade', 'upgrade: websocket', 'sec-websocket-version: 13']],
    ['to anything else', ['connection: upgrade', 'upgrade: something/1.0']],
    ['to one of several', ['connection: upgrade', 'upgrade: h2c, websocket']],
  ])('%s is refused, and does not reach the provider as a plain GET', async (_what, headers) => {
    await open();
    const { text } = await upgrade(...headers);
    expect(await text).toMatch(/^HTTP\/1.1 501 .*"code":"gateway.upgrade_not_supported"/s);
    expect(arrived).toEqual([]);
  });

  it.each([
    ['HTTP/2, which some clients offer with every request,', ['connection: Upgrade, HTTP2-Settings', 'upgrade: h2c']],
    ['what is named in no Connection header', ['upgrade: websocket']],
  ])('to %s is not taken, and the request is what it is without it', async (_what, headers) => {
    await open();
    const { socket, text } = await upgrade(...headers);
    const { request, reply } = await theCall();
    expect(request.headers).not.toHaveProperty('upgrade');
    reply.end('plain');
    await once(socket, 'data');
    socket.end();
    expect(await text).toMatch(/^HTTP\/1.1 200 .*plain/s);
  });
});

describe('the end of the process', () => {
  it('is not held up by a stream that goes on', async () => {
    await open();
    const { read } = await openEvents();
    const ended = read();
    ended.catch(() => undefined);
    dataPlane.beginShutdown();
    await expect(ended).rejects.toThrow();
  }, 20_000);
});
