import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { eventually, until } from '#libs/testing';
import { OpenedDataPlane } from '../spec-support/opened-data-plane';

const settings = {
  SLIPWAY_CALLS_PER_ACCOUNT: '5',
  SLIPWAY_CALLS_PER_KEY: '3',
  SLIPWAY_PROVIDER_CONNECTIONS: '8',
  SLIPWAY_PROVIDER_QUEUE: '2',
  SLIPWAY_PROVIDER_QUEUE_SECONDS: '1',
  SLIPWAY_REQUEST_SECONDS: '2',
};

/** Replies at once, but keeps those waiting that ask it to. */
let provider: Server;
let kept: ServerResponse[];
let arrived: IncomingMessage[];
let dataPlane: OpenedDataPlane;
const sockets: Socket[] = [];

beforeEach(async () => {
  [kept, arrived] = [[], []];
  provider = createServer((request, reply) => {
    arrived.push(request);
    if (request.url?.endsWith('/kept')) kept.push(reply);
    else if (request.url?.endsWith('/upload')) request.resume().on('end', () => reply.end('{}'));
    else reply.end('{}');
  });
  await new Promise<void>((listening) => provider.listen(0, '127.0.0.1', listening));
  dataPlane = await OpenedDataPlane.open(settings);
  const origin = `http://127.0.0.1:${(provider.address() as AddressInfo).port}`;
  dataPlane.endpoints = { sandbox: origin, production: origin };
});

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  for (const reply of kept) reply.end('{}');
  await dataPlane.close();
  provider.closeAllConnections();
  await new Promise((closed) => provider.close(closed));
});

const keep = (who: { key?: string; account?: string; environment?: 'production'; signal?: AbortSignal } = {}) => {
  const reply = dataPlane.call('kept', who);
  reply.catch(() => undefined);
  return reply;
};
const statusOf = async (reply: Response | Promise<Response>) => (await reply).status;
const openAtProvider = () => new Promise((count) => provider.getConnections((_error, open) => count(open)));

/** A request whose body never ends. */
function upload(key: string, account: string): Promise<string> {
  const { hostname, port } = new URL(dataPlane.url);
  const socket = connect(Number(port), hostname);
  sockets.push(socket);
  socket.write(
    [
      'POST /sandbox/api/orders/upload HTTP/1.1',
      'host: gateway.example',
      `authorization: Bearer ${key}@${account}`,
      'content-type: application/octet-stream',
      'content-length: 1000000',
      '',
      'begins',
    ].join('\r\n'),
  );
  let text = '';
  socket.on('data', (chunk) => (text += chunk.toString()));
  socket.on('error', () => undefined);
  return new Promise((closed) => socket.on('close', () => closed(text)));
}

describe('calls of one partner', () => {
  it('are under way at once up to a number for each key and each account; one more is told to wait', async () => {
    for (let index = 0; index < 3; index += 1) void keep({ key: 'a' });
    for (let index = 0; index < 2; index += 1) void keep({ key: 'b' });
    await until('the calls to be there', async () => kept.length === 5);
    for (const key of ['a', 'c']) {
      const refused = await dataPlane.call('customers', { key });
      expect([refused.status, await refused.json()]).toMatchObject([429, { code: 'gateway.too_many_calls' }]);
      expect(refused.headers.get('content-type')).toMatch(/^application\/problem\+json/);
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    }
    expect(await statusOf(dataPlane.call('customers', { key: 'other', account: 'other' }))).toBe(200);
    expect(await statusOf(dataPlane.call('customers', { key: 'a', environment: 'production' }))).toBe(200);
    kept.pop()?.end('{}');
    await eventually(async () => expect(await statusOf(dataPlane.call('customers', { key: 'c' }))).toBe(200));
  });

  it('are counted until they are over, however they end', async () => {
    for (let round = 0; round < 4; round += 1) {
      const away = new AbortController();
      for (let index = 0; index < 3; index += 1) void keep({ signal: away.signal });
      await until('the calls to be there', async () => kept.length === 3 * (round + 1));
      away.abort();
      // The provider's connections are free again as well: nobody can fill them with calls that are given up.
      await eventually(async () => expect(await openAtProvider()).toBe(0));
    }
    for (let index = 0; index < 10; index += 1) expect(await statusOf(dataPlane.call('customers'))).toBe(200);
  });
});

describe('a provider whose connections are all taken', () => {
  const fill = async () => {
    for (let index = 0; index < 8; index += 1) void keep({ key: `key-${index}`, account: `account-${index}` });
    await until('the calls to be there', async () => kept.length === 8);
  };
  const callAs = (who: string) => dataPlane.call('customers', { key: who, account: who });

  it('is waited for so long and by so many, and then 503 says when to come back', async () => {
    await fill();
    const waiting = [callAs('first'), callAs('second')];
    const refused = await callAs('third');
    expect(refused.status).toBe(503);
    expect(await refused.json()).toMatchObject({ code: 'gateway.upstream_busy' });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await Promise.all(waiting.map(statusOf))).toEqual([503, 503]);
    expect(arrived).toHaveLength(8);
  });

  it('is called in the order of those who wait, as soon as one is free', async () => {
    await fill();
    const first = callAs('first');
    const second = callAs('second');
    kept[0]?.end('{}');
    expect(await Promise.all([first, second].map(statusOf))).toEqual([200, 200]);
  });

  it('keeps nobody of the other environment waiting', async () => {
    await fill();
    for (let index = 0; index < 10; index += 1)
      expect(await statusOf(dataPlane.call('customers', { environment: 'production' }))).toBe(200);
  });

  it('is free again when those who held it have gone', async () => {
    await fill();
    for (const reply of kept) reply.end('{}');
    await eventually(async () => expect(await statusOf(callAs('first'))).toBe(200));
  });
});

describe('uploads that never end', () => {
  it('leave room for others, and end', async () => {
    const uploads = Array.from({ length: 14 }, () => upload('key-1', 'attacker'));
    await until('the uploads to be there', async () => arrived.length === 3);
    for (let index = 0; index < 20; index += 1)
      expect(await statusOf(dataPlane.call('customers', { key: 'other', account: 'other' }))).toBe(200);
    const replies = await Promise.all(uploads);
    expect(replies.filter((text) => text.startsWith('HTTP/1.1 429'))).toHaveLength(11);
    expect(arrived.filter(({ url }) => url === '/upload')).toHaveLength(3);
    expect(await statusOf(dataPlane.call('customers', { key: 'key-1', account: 'attacker' }))).toBe(200);
  });
});
