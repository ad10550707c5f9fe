import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SystemClock } from '#libs/clock';
import { faultsOf } from '#libs/config';
import { Authority, selfSigned, type Identity } from '#libs/testing';
import { notificationsConfig } from '../config';
import { WebhookAddresses } from './webhook-addresses';
import { WebhookSender } from './webhook-sender';

const needed = {
  SLIPWAY_SERVICE_KEY: '0'.repeat(64),
  SLIPWAY_NATS: 'nats://localhost:4222',
  SLIPWAY_DATABASE: 'postgres://localhost:5432/slipway',
};

describe('B51: TLS to the server of a webhook', () => {
  let home: string;
  let authority: Authority;
  let file: string;
  let received: string[];
  const servers: Server[] = [];
  const senders: WebhookSender[] = [];

  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), 'slipway-webhook-tls-'));
    authority = await Authority.create();
    file = join(home, 'authority.pem');
    writeFileSync(file, authority.cert);
  });
  beforeEach(() => (received = []));
  afterEach(async () => {
    await Promise.all(senders.splice(0).map((sender) => sender.onApplicationShutdown()));
    await Promise.all(servers.splice(0).map((server) => new Promise((closed) => server.close(closed))));
  });
  afterAll(() => rmSync(home, { recursive: true }));

  /** To a server with this identity, called by the name of this machine. */
  async function sendTo({ cert, key }: Identity, settings: Record<string, string>) {
    const server = createServer({ cert, key }, (request, reply) => {
      received.push(String(request.headers['webhook-id']));
      reply.end('thanks');
    });
    servers.push(server);
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const config = notificationsConfig.schema.parse({ ...needed, ...settings });
    const sender = new WebhookSender(config, new WebhookAddresses(config), new SystemClock());
    senders.push(sender);
    const url = `https://localhost:${(server.address() as AddressInfo).port}/hook`;
    return sender.send({ id: 'event', url, body: '{}', secrets: [Buffer.alloc(32)] });
  }

  it('takes a certificate by an authority of the installation, where it is named', async () => {
    expect(await sendTo(await authority.sign(), { SLIPWAY_WEBHOOK_CA: file })).toMatchObject({
      status: 200,
      error: null,
    });
    expect(received).toEqual(['event']);
  });

  it('takes none by an authority that nobody has named', async () => {
    const { status, error } = await sendTo(await authority.sign(), {});
    expect([status, error]).toEqual([null, expect.stringMatching(/certificate/i)]);
    expect(received).toEqual([]);
  });

  it.each([
    ['that signed itself', () => selfSigned()],
    ['that has expired', () => authority.sign({ days: -1 })],
    ['of another name', () => authority.sign({ host: 'elsewhere.example' })],
    ['of another authority', async () => (await Authority.create()).sign()],
  ])('sends nothing to a server %s, though an authority is named', async (_which, identity) => {
    const { status, error } = await sendTo(await identity(), { SLIPWAY_WEBHOOK_CA: file });
    expect([status, error]).toEqual([null, expect.stringMatching(/certificate|altnames/i)]);
    expect(received).toEqual([]);
  });

  it('is verified whatever Node is told by its environment', async () => {
    process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
    try {
      expect((await sendTo(await selfSigned(), { SLIPWAY_WEBHOOK_CA: file })).status).toBeNull();
      expect(received).toEqual([]);
    } finally {
      delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
    }
  });

  it.each([
    ['that is not there', () => join(home, 'nowhere.pem'), /nowhere\.pem.*ENOENT/],
    ['without a certificate', () => __filename, /certificate/],
  ])('SLIPWAY_WEBHOOK_CA is refused on start with a file %s, and says why', (_which, path, fault) => {
    expect(faultsOf(notificationsConfig.schema, { ...needed, SLIPWAY_WEBHOOK_CA: path() })).toEqual([
      { setting: 'SLIPWAY_WEBHOOK_CA', detail: expect.stringMatching(fault) },
    ]);
  });
});
