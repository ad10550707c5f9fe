import { spawnSync } from 'node:child_process';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Webhook as Verifier } from 'standardwebhooks';
import {
  eventually,
  expectProblem,
  expectStatus,
  Scenario,
  sharedSystem,
  until,
  type PartnerAccount,
} from '#libs/testing';
import { checkout } from '../support/checkout';

const scenario = new Scenario(sharedSystem());
const { gateway, admin } = scenario;

interface Received {
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

let server: Server;
const received: Received[] = [];
/** Paths that answer with something else than 200. */
const statuses = new Map<string, number>();

beforeAll(async () => {
  server = createServer((request, reply) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const path = request.url ?? '';
      received.push({ path, headers: request.headers, body: Buffer.concat(chunks).toString() });
      reply.writeHead(statuses.get(path) ?? 200).end('thanks');
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
});
afterAll(() => {
  server.closeAllConnections();
  return new Promise((closed) => server.close(closed));
});

const newPath = () => `/${scenario.unique()}`;
const urlOf = (path: string) => `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;
const at = (path: string) => received.filter((one) => one.path === path);
const arrived = (path: string, count: number) =>
  until(`${count} at ${path}`, () => Promise.resolve(at(path).length >= count && at(path)));

async function webhookOf({ session }: PartnerAccount, more: object = {}) {
  const path = newPath();
  const reply = await gateway.post('/v1/webhooks', { session, body: { url: urlOf(path), ...more } });
  return { path, ...(expectStatus(reply, 201).body as { id: string; secret: string }) };
}

const headerOf = ({ headers }: Received, name: string) => String(headers[name]);

/** With the library that others use. @throws */
function verify(one: Received, secret: string): unknown {
  return new Verifier(secret).verify(one.body, {
    'webhook-id': headerOf(one, 'webhook-id'),
    'webhook-timestamp': headerOf(one, 'webhook-timestamp'),
    'webhook-signature': headerOf(one, 'webhook-signature'),
  });
}

/** With a verifier written from the specification, in Python. @returns what it says of each */
function verifiedInPython(all: [Received, secret: string][], now = Date.now() / 1_000): string[] {
  const lines = all.map(([one, secret]) =>
    JSON.stringify({
      ...{ secret, now, body: one.body, id: headerOf(one, 'webhook-id') },
      timestamp: headerOf(one, 'webhook-timestamp'),
      signature: headerOf(one, 'webhook-signature'),
    }),
  );
  const script = join(checkout, 'test', 'support', 'verify_webhook.py');
  const { stdout, stderr, error } = spawnSync('python3', [script], { input: lines.join('\n'), encoding: 'utf8' });
  if (error)
    throw new Error('Install Python 3 (Debian: apt-get install python3): a verifier in it is part of this test.');
  expect(stderr).toBe('');
  return stdout.trim().split('\n');
}

describe('B51: webhooks', () => {
  let partner: Awaited<ReturnType<Scenario['integrating']>>;
  let own: Awaited<ReturnType<typeof webhookOf>>;
  let ofProvider: { path: string; id: string; secret: string };
  let before: string;

  beforeAll(async () => {
    partner = await scenario.integrating();
    own = await webhookOf(partner.sandbox);
    const path = newPath();
    const body = { url: urlOf(path), events: ['subscriptions.submission-approved.v1'] };
    const created = await admin.post('/v1/webhooks/sandbox', { session: await scenario.staff(), body });
    ofProvider = { path, ...expectStatus(created, 201).body };
  });
  afterAll(async () => {
    await admin.delete(`/v1/webhooks/sandbox/${ofProvider.id}`, { session: await scenario.staff() });
  });

  test('an outcome arrives signed, at the account and at the provider, under one id, and leads to its present state', async () => {
    const { sandbox, subscriptionId } = partner;
    const { submissionId } = await scenario.submit(sandbox, subscriptionId);
    expectStatus(await scenario.decide(submissionId, 'approval'), 200);
    const approved = await until('the approval', () =>
      Promise.resolve(at(own.path).find(({ body }) => body.includes('"subscriptions.submission-approved.v1"'))),
    );
    const toProvider = await until('the approval at the provider', () =>
      Promise.resolve(at(ofProvider.path).find(({ body }) => body === approved.body)),
    );
    expect(headerOf(toProvider, 'webhook-id')).toBe(headerOf(approved, 'webhook-id'));
    expect(verify(toProvider, ofProvider.secret)).toEqual(verify(approved, own.secret));
    const { data } = JSON.parse(approved.body);
    const { pathname } = new URL(data.url);
    const { body } = expectStatus(await gateway.get(pathname, { session: sandbox.session }), 200);
    expect(body.id).toBe(subscriptionId);
  });

  test('every delivery verifies, by a library and by a verifier from the specification, amid a rotation as well', async () => {
    const { session } = partner.sandbox;
    before = own.secret;
    const rotated = await gateway.post(`/v1/webhooks/${own.id}/rotation`, { session, body: {} });
    const after = expectStatus(rotated, 200).body.secret as string;
    const count = at(own.path).length;
    for (let index = 0; index < 3; index += 1)
      expectStatus(await gateway.post(`/v1/webhooks/${own.id}/test`, { session }), 200);
    const all = await arrived(own.path, count + 3);
    for (const one of all) verify(one, before);
    for (const one of all.slice(count)) verify(one, after);
    const pairs = [...all.map((one) => [one, before]), ...all.slice(count).map((one) => [one, after])];
    expect(verifiedInPython(pairs as [Received, string][])).toEqual(pairs.map(() => 'ok'));
    own = { ...own, secret: after };
  });

  test('a changed byte, an old time and another secret do not', () => {
    const [one] = at(own.path);
    if (!one) throw new Error('nothing came');
    const changed = { ...one, body: one.body.replace('"type"', '"typE"') };
    expect(() => verify(changed, before)).toThrow();
    expect(() => verify(one, ofProvider.secret)).toThrow();
    const old = {
      ...one,
      headers: { ...one.headers, 'webhook-timestamp': String(Math.floor(Date.now() / 1_000) - 301) },
    };
    expect(() => verify(old, before)).toThrow();
    expect(
      verifiedInPython([
        [changed, before],
        [one, ofProvider.secret],
        [one, before],
      ]),
    ).toEqual(['no signature matches', 'no signature matches', 'ok']);
    expect(verifiedInPython([[one, before]], Date.now() / 1_000 + 400)).toEqual(['the timestamp is too far off']);
  });

  test('what failed is in the log, and can be sent again: the same bytes under the same id', async () => {
    const { session } = partner.sandbox;
    const { id, path, secret } = await webhookOf(partner.sandbox, { events: ['identity.key-created.v1'] });
    statuses.set(path, 500);
    const test = expectStatus(await gateway.post(`/v1/webhooks/${id}/test`, { session }), 200).body;
    const address = `/v1/webhooks/${id}/deliveries/${test.id}`;
    await eventually(async () => {
      const { body } = expectStatus(await gateway.get(address, { session }), 200);
      expect(body).toMatchObject({ state: 'waiting', log: [{ status: 500, excerpt: 'thanks' }] });
    });
    statuses.delete(path);
    expectStatus(await gateway.post(`${address}/replay`, { session }), 200);
    const [first, second] = await arrived(path, 2);
    if (!first || !second) throw new Error('nothing came');
    expect([second.body, headerOf(second, 'webhook-id')]).toEqual([first.body, headerOf(first, 'webhook-id')]);
    verify(second, secret);
    await eventually(async () => {
      const { body } = await gateway.get(`/v1/webhooks/${id}/deliveries?state=delivered`, { session });
      expect(body.items).toMatchObject([{ id: test.id, eventId: headerOf(first, 'webhook-id') }]);
    });
    // Staff sees how it went.
    const seen = await admin.get(`/v1/webhooks/sandbox/${id}/deliveries/${test.id}`, {
      session: await scenario.staff(),
    });
    expect(expectStatus(seen, 200).body.log).toHaveLength(2);
  });

  test('none leads to this system itself, nor to where it lies', async () => {
    const { session } = partner.sandbox;
    for (const url of [scenario.system.gatewayUrl, 'https://10.0.0.1/', 'https://169.254.169.254/']) {
      const reply = await gateway.post('/v1/webhooks', { session, body: { url } });
      expectProblem(reply, 400, 'invalid_request');
    }
  });
});
