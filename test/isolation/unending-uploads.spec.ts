import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { expectProblem, expectStatus, Scenario, sharedSystem, until } from '#libs/testing';

/** More than there are connections to a provider. */
const uploads = 140;
const callsOfOthers = 40;
/** Of a provider that replies at once, with an attack under way on the same machine. */
const slowestMsMax = 2_000;

const system = sharedSystem();
const scenario = new Scenario(system);

let provider: Server;
let path: string;
let tokens: { attacker: string; other: string };
const sockets: Socket[] = [];

beforeAll(async () => {
  provider = createServer((request, reply) => void request.resume().on('end', () => reply.end('{}')));
  await new Promise<void>((listening) => provider.listen(0, '127.0.0.1', listening));
  const { port } = provider.address() as AddressInfo;
  const product = await scenario.product({ sandbox: `http://127.0.0.1:${port}/v1` });
  const { id: planId } = await scenario.plan({}, product.id);
  path = `/sandbox/api/${product.slug}/orders`;
  tokens = { attacker: await tokenFor(planId), other: await tokenFor(planId) };
}, 120_000);

afterAll(() => {
  for (const socket of sockets) socket.destroy();
  provider.closeAllConnections();
  return new Promise((closed) => provider.close(closed));
});

async function tokenFor(planId: string): Promise<string> {
  const { sandbox } = await scenario.readyPartner();
  const key = await scenario.createKey(sandbox, (await scenario.subscribe(sandbox, planId)).id);
  return expectStatus(await scenario.token(key, 'sandbox'), 200).body.access_token;
}

/** Sends a part of a body and no more of it. @returns what has come back so far */
function beginUpload(): () => string {
  const { hostname, port } = new URL(system.gatewayUrl);
  const socket = connect(Number(port), hostname);
  sockets.push(socket);
  const head = [`POST ${path} HTTP/1.1`, 'host: slipway', `authorization: Bearer ${tokens.attacker}`];
  socket.write(
    [...head, 'content-type: application/octet-stream', 'content-length: 1000000', '', 'begins'].join('\r\n'),
  );
  let text = '';
  socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
  socket.on('error', () => undefined);
  return () => text;
}

describe('a partner whose uploads never end', () => {
  it('stops nobody else: calls of another partner to the same API all succeed, and soon', async () => {
    const replies = Array.from({ length: uploads }, beginUpload);
    const isRefused = (text: string) => text.startsWith('HTTP/1.1 429');
    await until('all uploads to be held or refused', async () => {
      const refused = replies.filter((reply) => isRefused(reply())).length;
      return refused > 0 && refused + (await openAtProvider()) >= uploads;
    });
    for (let call = 0; call < callsOfOthers; call += 1) {
      const startedAt = Date.now();
      expectStatus(await scenario.gateway.get(path, { session: tokens.other }), 200);
      expect(Date.now() - startedAt).toBeLessThan(slowestMsMax);
    }
    const mine = await scenario.gateway.get(path, { session: tokens.attacker });
    expectProblem(mine, 429, 'gateway.too_many_calls');
    expect(Number(mine.headers.get('retry-after'))).toBeGreaterThan(0);
  }, 60_000);

  it('has its place again when they have gone', async () => {
    for (const socket of sockets) socket.destroy();
    await until('a call of its own', async () => {
      return (await scenario.gateway.get(path, { session: tokens.attacker })).status === 200;
    });
  }, 60_000);
});

const openAtProvider = () => new Promise<number>((count) => provider.getConnections((_error, open) => count(open)));
