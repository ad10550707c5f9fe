import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { anId } from '#libs/testing';
import { OpenedDataPlane } from '../spec-support/opened-data-plane';

/** A provider that says whatever the spec has it say, byte for byte. */
let provider: Server;
let says: string;
let received: string;
let dataPlane: OpenedDataPlane;
const sockets = new Set<Socket>();

beforeAll(async () => {
  provider = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      received += chunk.toString();
      if (received.includes('\r\n\r\n')) socket.end(says);
    });
  });
  await new Promise<void>((listening) => provider.listen(0, '127.0.0.1', listening));
  dataPlane = await OpenedDataPlane.open();
  dataPlane.endpoints = { sandbox: `http://127.0.0.1:${(provider.address() as AddressInfo).port}/v1` };
});
beforeEach(() => (received = ''));
afterAll(async () => {
  await dataPlane.close();
  for (const socket of sockets) socket.destroy();
  await new Promise((closed) => provider.close(closed));
});

describe("a provider's reply", () => {
  it.each([
    ['is no HTTP', 'nonsense\r\n\r\n'],
    ['is nothing', ''],
    ['has no status of HTTP', 'HTTP/1.1 999 Odd\r\ncontent-length: 0\r\n\r\n'],
    ['would speak another protocol', 'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n'],
  ])('that %s is a bad gateway', async (_what, text) => {
    says = text;
    const reply = await dataPlane.call('customers');
    expect([reply.status, await reply.json()]).toMatchObject([502, { code: 'gateway.upstream_failed' }]);
  });

  it.each([
    ['204', 'HTTP/1.1 204 No Content\r\netag: "1"\r\n\r\n'],
    ['304', 'HTTP/1.1 304 Not Modified\r\netag: "1"\r\n\r\n'],
    ['302', 'HTTP/1.1 302 Found\r\netag: "1"\r\nlocation: /v1/b\r\ncontent-length: 0\r\n\r\n'],
  ])('of status %s passes without a body', async (status, text) => {
    says = text;
    const reply = await dataPlane.call('customers');
    expect([reply.status, reply.headers.get('etag'), await reply.text()]).toEqual([Number(status), '"1"', '']);
  });

  it('to HEAD passes with what it says of the body', async () => {
    says = 'HTTP/1.1 200 OK\r\ncontent-length: 17\r\n\r\n';
    const reply = await dataPlane.call('customers', { method: 'HEAD' });
    expect([reply.status, reply.headers.get('content-length'), await reply.text()]).toEqual([200, '17', '']);
    expect(received).toMatch(/^HEAD \/v1\/customers HTTP\/1.1\r\n/);
  });

  it('that breaks off is not taken for a whole one', async () => {
    says = 'HTTP/1.1 200 OK\r\ncontent-length: 17\r\n\r\n{"half":';
    const reply = await dataPlane.call('customers');
    await expect(reply.text()).rejects.toThrow();
  });
});

describe('B50: the first call of a key', () => {
  const ids = () => ({ partner_id: anId(), account_id: anId(), subscription_id: anId(), key_id: anId() });

  it('is published when the provider has answered it with success, and none after it', async () => {
    const own = ids();
    dataPlane.tokens.ids.set('key-first', own);
    const call = (init: RequestInit = {}) => dataPlane.call('customers', { ...init, headers: {}, key: 'key-first' });
    const published = () => dataPlane.edgeEvents.published.filter(({ subject }) => subject === own.key_id);
    says = 'nonsense\r\n\r\n';
    expect((await call()).status).toBe(502);
    expect(published()).toEqual([]);
    says = 'HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n';
    expect((await call()).status).toBe(404);
    expect(published()).toEqual([]);
    says = 'HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\n\r\n';
    expect((await call({ method: 'DELETE' })).status).toBe(202);
    says = 'HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n';
    expect((await call()).status).toBe(200);
    const data = {
      ...{
        partnerId: own.partner_id,
        accountId: own.account_id,
        subscriptionId: own.subscription_id,
        keyId: own.key_id,
      },
      ...{ method: 'DELETE', status: 202, requestId: expect.any(String), at: expect.any(String) },
    };
    expect(published()).toMatchObject([{ type: 'gateway.first-call.v1', scope: 'sandbox', data }]);
    expect(JSON.stringify(published())).not.toContain('customers');
  });
});
