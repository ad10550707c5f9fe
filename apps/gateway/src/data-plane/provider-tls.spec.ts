import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Authority, selfSigned, type Identity } from '#libs/testing';
import { OpenedDataPlane } from '../spec-support/opened-data-plane';

let home: string;
let authority: Authority;
let seen: string[];
const servers: Server[] = [];
let dataPlane: OpenedDataPlane;

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'slipway-tls-'));
  authority = await Authority.create();
  const file = join(home, 'authorities.pem');
  writeFileSync(file, authority.cert);
  dataPlane = await OpenedDataPlane.open({ SLIPWAY_PROVIDER_CA: file });
});
beforeEach(() => (seen = []));
afterEach(() => Promise.all(servers.splice(0).map((server) => new Promise((closed) => server.close(closed)))));
afterAll(async () => {
  await dataPlane.close();
  rmSync(home, { recursive: true });
});

/** A provider with this identity, called by this name. */
async function callProviderWith({ cert, key }: Identity, plane = dataPlane): Promise<Response> {
  const server = createServer({ cert, key }, ({ headers }, reply) => {
    seen.push(JSON.stringify(headers));
    reply.end('{"of":"the provider"}');
  });
  servers.push(server);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  plane.endpoints = { sandbox: `https://localhost:${(server.address() as AddressInfo).port}/v1` };
  return plane.call('customers', { headers: { 'x-of-the-caller': 'secret' } });
}

describe('TLS to the provider', () => {
  it("takes a certificate by the provider's own authority, where the installation trusts it", async () => {
    const reply = await callProviderWith(await authority.sign());
    expect([reply.status, await reply.json()]).toEqual([200, { of: 'the provider' }]);
    expect(seen).toEqual([expect.stringContaining('secret')]);
  });

  it.each([
    ['that signed itself', () => selfSigned()],
    ['that has expired', () => authority.sign({ days: -1 })],
    ['of another name', () => authority.sign({ host: 'elsewhere.example' })],
    ['of another authority', async () => (await Authority.create()).sign()],
  ])('shows nothing of the caller to a server %s', async (_which, identity) => {
    const reply = await callProviderWith(await identity());
    expect([reply.status, await reply.json()]).toMatchObject([502, { code: 'gateway.upstream_failed' }]);
    expect(seen).toEqual([]);
  });

  it('trusts no authority of a provider that nobody has named', async () => {
    const plain = await OpenedDataPlane.open();
    const reply = await callProviderWith(await authority.sign(), plain);
    await plain.close();
    expect([reply.status, await reply.json()]).toMatchObject([502, { code: 'gateway.upstream_failed' }]);
    expect(seen).toEqual([]);
  });

  it('is verified whatever Node is told by its environment', async () => {
    process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
    const reply = await callProviderWith(await selfSigned());
    delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
    expect([reply.status, seen]).toEqual([502, []]);
  });
});

describe('SLIPWAY_PROVIDER_CA', () => {
  it.each([
    ['that is not there', () => join(home, 'nowhere.pem'), /nowhere\.pem.*ENOENT/],
    ['without a certificate', () => __filename, /certificate/],
  ])('is refused on start with a file %s, and says why', async (_which, file, fault) => {
    await expect(OpenedDataPlane.open({ SLIPWAY_PROVIDER_CA: file() })).rejects.toThrow(fault);
  });
});
