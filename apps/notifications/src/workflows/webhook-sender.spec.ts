import type { LookupAddress } from 'node:dns';
import { createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { SystemClock } from '#libs/clock';
import type { Resolve } from '#libs/egress';
import { notificationsConfig } from '../config';
import { Receiver } from '../spec-support/receiver';
import { WebhookAddresses } from './webhook-addresses';
import { WebhookSender, type Sent } from './webhook-sender';

const needed = {
  SLIPWAY_SERVICE_KEY: '0'.repeat(64),
  SLIPWAY_NATS: 'nats://localhost:4222',
  SLIPWAY_DATABASE: 'postgres://localhost:5432/slipway',
};
const addressOf = (address: string): LookupAddress => ({ address, family: address.includes(':') ? 6 : 4 });

describe('B51: the sender of webhooks', () => {
  let receiver: Receiver;
  const senders: WebhookSender[] = [];

  beforeAll(async () => {
    receiver = await Receiver.open();
  });
  beforeEach(() => {
    receiver.all.splice(0);
    receiver.replies = (_received, reply) => void reply.writeHead(200).end('ok');
  });
  afterEach(() => Promise.all(senders.splice(0).map((sender) => sender.onApplicationShutdown())));
  afterAll(() => receiver.close());

  /** @param answers of DNS, one after the other; the last for ever */
  function sender(settings: Record<string, string> = {}, answers: string[][] = [], deadlineMs = 5_000) {
    const names: string[] = [];
    const resolve: Resolve = (name, done) => {
      names.push(name);
      done(null, (answers[names.length - 1] ?? answers.at(-1) ?? []).map(addressOf));
    };
    const config = notificationsConfig.schema.parse({ ...needed, ...settings });
    const made = new WebhookSender(config, new WebhookAddresses(config), new SystemClock(), resolve, deadlineMs);
    senders.push(made);
    return {
      names,
      send: (url: string) => made.send({ id: 'event', url, body: '{"a":1}', secrets: [Buffer.alloc(32)] }),
    };
  }
  const port = () => receiver.port;
  const inProduction = { SLIPWAY_PRODUCTION: '1' };

  const expectRefused = ({ status, error }: Sent) => {
    expect([status, error]).toEqual([null, expect.stringMatching(/endpoint|no URL|no address/i)]);
    expect(receiver.all).toEqual([]);
  };

  describe('refuses, though somebody has saved it,', () => {
    it.each([
      // This machine, however it is written.
      'https://127.0.0.1:PORT/',
      'https://127.1:PORT/',
      'https://2130706433:PORT/',
      'https://0x7f000001:PORT/',
      'https://0x7f.0.0.1:PORT/',
      'https://0177.0.0.1:PORT/',
      'https://017700000001:PORT/',
      'https://127.0.0.1.:PORT/',
      'https://0.0.0.0:PORT/',
      'https://0:PORT/',
      'https://localhost:PORT/',
      'https://LOCALHOST.:PORT/',
      'https://anything.localhost:PORT/',
      'https://[::1]:PORT/',
      'https://[0:0:0:0:0:0:0:1]:PORT/',
      'https://[::]:PORT/',
      'https://[::ffff:127.0.0.1]:PORT/',
      'https://[::ffff:7f00:1]:PORT/',
      'https://[::127.0.0.1]:PORT/',
      'https://[64:ff9b::7f00:1]:PORT/',
      'https://①②⑦.⓪.⓪.①:PORT/',
      // What lies around it.
      'https://10.0.0.1/',
      'https://0xa.0.0.1/',
      'https://012.0.0.1/',
      'https://167772161/',
      'https://172.16.0.1/',
      'https://192.168.0.1/',
      'https://100.64.0.1/',
      'https://[fd00::1]/',
      'https://[fe80::1]/',
      'https://[::ffff:10.0.0.1]/',
      'https://[64:ff9b::a00:1]/',
      // Where clouds tell secrets.
      'https://169.254.169.254/latest/meta-data/',
      'https://2852039166/',
      'https://0xa9fea9fe/',
      'https://[::ffff:a9fe:a9fe]/',
      'https://[64:ff9b::a9fe:a9fe]/',
      'https://[fd00:ec2::254]/',
      'https://100.100.100.200/',
      'https://168.63.129.16/',
      'https://169.254.170.2/',
      // Ranges for special purposes: 6to4, Teredo, multicast, broadcast, reserved, documentation.
      'https://[2002:7f00:1::]/',
      'https://[2002:a00:1::1]/',
      'https://[2001:0:7f00:1::]/',
      'https://[ff02::1]/',
      'https://[2001:db8::1]/',
      'https://224.0.0.1/',
      'https://240.0.0.1/',
      'https://255.255.255.255/',
      'https://192.0.2.1/',
      // Other ways to say where.
      'https://user@8.8.8.8/',
      'https://user:password@8.8.8.8/',
      'https://8.8.8.8/#fragment',
      'http://8.8.8.8/',
      'ftp://8.8.8.8/',
      'file:///etc/passwd',
      'gopher://127.0.0.1:PORT/',
      'https://',
      'no url',
      // Other protocols.
      'https://8.8.8.8:22/',
      'https://8.8.8.8:25/',
      'https://8.8.8.8:110/',
    ])('%s', async (target) => {
      const { send, names } = sender(inProduction);
      expectRefused(await send(target.replace('PORT', String(port()))));
      expect(names).toEqual([]);
    });

    it.each([
      ['this machine', ['127.0.0.1']],
      ['this machine, by IPv6', ['::1']],
      ['a private address', ['10.1.2.3']],
      ['a private address among public ones', ['8.8.8.8', '192.168.1.1']],
      ['a metadata address', ['169.254.169.254']],
      ['a mapped address', ['::ffff:10.0.0.1']],
      ['an address behind NAT64', ['64:ff9b::a00:1']],
      ['an address of 6to4', ['2002:a00:1::1']],
      ['nothing', []],
    ])('a name that resolves to %s', async (_what, addresses) => {
      const { send, names } = sender(inProduction, [addresses]);
      expectRefused(await send(`https://hooks.example:${port()}/`));
      expect(names).toEqual(['hooks.example']);
    });

    it('a name that resolves to something else from one moment to the next', async () => {
      const { send, names } = sender(inProduction, [['127.0.0.1'], ['8.8.8.8']]);
      expectRefused(await send(`https://hooks.example:${port()}/`));
      // One answer, for the check and for the connection.
      expect(names).toEqual(['hooks.example']);
    });

    it('a name anew at each attempt', async () => {
      const { send, names } = sender({ SLIPWAY_OWN_PORTS: String(port()) }, [['127.0.0.1']]);
      for (let attempt = 1; attempt <= 2; attempt += 1) expectRefused(await send(`https://hooks.example:${port()}/`));
      expect(names).toHaveLength(2);
    });

    it('our own processes on this machine, in the demo as well', async () => {
      const { send } = sender({ SLIPWAY_OWN_PORTS: String(port()) });
      for (const host of ['127.0.0.1', 'localhost', '[::1]', '127.1'])
        expectRefused(await send(`http://${host}:${port()}/`));
    });

    it('http to a name, though it resolves to this machine', async () => {
      const { send } = sender({}, [['127.0.0.1']]);
      expectRefused(await send(`http://hooks.example:${port()}/`));
    });
  });

  it('reaches http on this machine where it is not in production mode', async () => {
    const { error, status, excerpt } = await sender().send(receiver.url('/hook?token=1'));
    expect([error, status, excerpt, receiver.all.map(({ path }) => path)]).toEqual([
      null,
      200,
      'ok',
      ['/hook?token=1'],
    ]);
  });

  it('takes a connection over no more than it checked: a second request is looked at again', async () => {
    const { send } = sender();
    expect((await send(receiver.url())).status).toBe(200);
    const strict = sender({ SLIPWAY_OWN_PORTS: String(port()) });
    receiver.all.splice(0);
    expectRefused(await strict.send(receiver.url()));
  });

  it.each([301, 302, 303, 307, 308])('follows no redirect: %d is a failure', async (status) => {
    receiver.replies = (_received, reply) => void reply.writeHead(status, { location: '/elsewhere' }).end();
    const sent = await sender().send(receiver.url());
    expect([sent.status, sent.error]).toEqual([status, expect.stringContaining('Redirects are not followed')]);
    expect(receiver.at('/elsewhere')).toEqual([]);
  });

  it.each([
    [200, true],
    [204, true],
    [299, true],
    [304, false],
    [400, false],
    [404, false],
    [410, false],
    [500, false],
  ])('%d counts as accepted: %s', async (status, accepted) => {
    receiver.replies = (_received, reply) => void reply.writeHead(status).end();
    const sent = await sender().send(receiver.url());
    expect([sent.status, sent.error === null]).toEqual([status, accepted]);
  });

  it('reads 64 kB of what is answered, however much there is, and keeps the first of it', async () => {
    let written = 0;
    receiver.replies = (_received, reply) => {
      reply.writeHead(200);
      const more = () => {
        while (!reply.destroyed && reply.write('x\0é'.repeat(1_000))) written += 5_000;
      };
      reply.on('drain', more);
      more();
    };
    const sent = await sender().send(receiver.url());
    expect([sent.status, sent.error, [...(sent.excerpt ?? '')].length]).toEqual([200, null, 500]);
    expect(sent.excerpt).toMatch(/^(xé)+$/);
    // What lies in the buffers between the two, beside the 64 kB.
    expect(written).toBeLessThan(20_000_000);
  });

  describe('gives up when its time is over', () => {
    let server: Server;
    let sockets: Socket[];
    const serve = async (behave: (socket: Socket) => void) => {
      sockets = [];
      server = createServer((socket) => {
        sockets.push(socket.on('error', () => undefined));
        behave(socket);
      });
      await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    };
    afterEach(() => {
      for (const socket of sockets) socket.destroy();
      return new Promise((closed) => server.close(closed));
    });
    const timers: NodeJS.Timeout[] = [];
    afterEach(() => timers.splice(0).forEach((timer) => clearInterval(timer)));

    it.each<[string, (socket: Socket) => void]>([
      ['on a server that says nothing', () => undefined],
      [
        'on a head that never ends',
        (socket) => {
          socket.write('HTTP/1.1 200 OK\r\n');
          timers.push(setInterval(() => socket.write('x: y\r\n'), 20));
        },
      ],
      [
        'on a body that never ends',
        (socket) => {
          socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n');
          timers.push(setInterval(() => socket.write('1\r\nx\r\n'), 20));
        },
      ],
    ])('%s', async (_where, behave) => {
      const url = await serve(behave);
      const { status, error } = await sender({}, [], 300).send(url);
      expect([status, error]).toEqual([null, expect.stringContaining('within 15 seconds')]);
    });

    it.each<[string, (socket: Socket) => void, RegExp]>([
      ['a connection that is cut', (socket) => socket.resetAndDestroy(), /cut/],
      ['what is not HTTP', (socket) => void socket.end('hello\r\n\r\n'), /not HTTP/],
    ])('or says so at once: %s', async (_what, behave, words) => {
      const url = await serve(behave);
      expect((await sender().send(url)).error).toMatch(words);
    });
  });

  it('says in words that nobody listens', async () => {
    const nobody = await Receiver.open();
    const url = nobody.url();
    await nobody.close();
    expect(await sender().send(url)).toMatchObject({ status: null, error: 'The connection was refused.' });
  });

  it.each([
    [429, 60_000],
    [503, 60_000],
    [500, 0],
  ])('hears when to come again of %d: %d ms', async (status, expected) => {
    receiver.replies = (_received, reply) => void reply.writeHead(status, { 'retry-after': '60' }).end();
    expect((await sender().send(receiver.url())).retryAfterMs).toBe(expected);
  });
});
