import type { LookupAddress } from 'node:dns';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Agent } from 'undici';
import { egressEnvironment } from '#libs/config';
import { AddressRules } from './address-rules';
import { checkedLookup, egressAgent, type Resolve } from './egress-agent';

const rulesOf = (settings: Record<string, string> = {}) => new AddressRules(egressEnvironment.parse(settings));

let server: Server;
let port: number;
let seen: string[];
let agent: Agent | undefined;

beforeAll(async () => {
  server = createServer(({ url = '' }, reply) => {
    seen.push(url);
    reply.writeHead(url === '/moved' ? 302 : 200, { location: '/elsewhere' }).end();
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  ({ port } = server.address() as AddressInfo);
});
beforeEach(() => (seen = []));
afterEach(() => agent?.destroy());
afterAll(() => new Promise((closed) => server.close(closed)));

const resolvingTo = (...answers: string[][]) => {
  const names: string[] = [];
  const resolve: Resolve = (name, done) => {
    names.push(name);
    const addresses = answers[names.length - 1] ?? answers.at(-1) ?? [];
    done(null, addresses.map(addressOf));
  };
  return { names, resolve };
};
const addressOf = (address: string): LookupAddress => ({ address, family: address.includes(':') ? 6 : 4 });

const send = (origin: string, resolve?: Resolve, rules = rulesOf(), path = '/') => {
  agent = egressAgent({ rules, connections: 1, headMsMax: 5_000, silenceMsMax: 5_000, resolve });
  return agent.request({ origin, path, method: 'GET' });
};

describe('a connection to a name that others chose', () => {
  it('is made to an address that was checked, by one answer of DNS', async () => {
    const { names, resolve } = resolvingTo(['127.0.0.1'], ['10.0.0.1']);
    expect((await send(`http://api.example:${port}`, resolve)).statusCode).toBe(200);
    expect(names).toEqual(['api.example']);
  });

  it.each([
    ['a private address', ['10.0.0.1']],
    ['a metadata address', ['169.254.169.254']],
    ['a private address among others', ['127.0.0.1', '192.168.1.1']],
    ['a mapped private address', ['::ffff:10.0.0.1']],
    ['nothing', []],
  ])('is refused where it resolves to %s', async (_what, addresses) => {
    const { resolve } = resolvingTo(addresses);
    await expect(send(`http://api.example:${port}`, resolve)).rejects.toThrow(/private|metadata|no address/);
    expect(seen).toEqual([]);
  });

  it('is refused on our own port, whatever the name', async () => {
    const { resolve } = resolvingTo(['127.0.0.1']);
    const rules = rulesOf({ SLIPWAY_OWN_PORTS: String(port) });
    await expect(send(`http://api.example:${port}`, resolve, rules)).rejects.toThrow(/Slipway/);
    expect(seen).toEqual([]);
  });

  it('is refused on loopback in production mode, by name and by the address itself', async () => {
    const rules = rulesOf({ SLIPWAY_PRODUCTION: '1' });
    const { names, resolve } = resolvingTo(['127.0.0.1']);
    await expect(send(`https://api.example:${port}`, resolve, rules)).rejects.toThrow(/loopback/);
    await expect(send(`https://127.0.0.1:${port}`, resolve, rules)).rejects.toThrow(/loopback/);
    await expect(send(`http://api.example:${port}`, resolve, rules)).rejects.toThrow(/https/);
    expect(names).toEqual(['api.example']);
    expect(seen).toEqual([]);
  });

  it('is refused to a forbidden address that is no name, though DNS is not resolvingTo for it', async () => {
    await expect(send('http://10.0.0.1')).rejects.toThrow(/private/);
    await expect(send('http://[::ffff:a9fe:a9fe]')).rejects.toThrow(/metadata/);
  });

  it('follows no redirect', async () => {
    const { statusCode } = await send(`http://127.0.0.1:${port}`, undefined, rulesOf(), '/moved');
    expect([statusCode, seen]).toEqual([302, ['/moved']]);
  });
});

/** What the system is given to connect to; nothing is connected to here, as the address is a public one. */
describe('a name whose answer changes from one moment to the next', () => {
  const rules = rulesOf({ SLIPWAY_PRODUCTION: '1' });
  const given = (resolve: Resolve, all: boolean) =>
    new Promise((done, fail) =>
      checkedLookup(443, rules, resolve)('rebinding.example', { all }, (error, addresses) =>
        error ? fail(error) : done(addresses),
      ),
    );

  it.each([true, false])('is connected to where it was checked, and checked anew the next time', async (all) => {
    const { names, resolve } = resolvingTo(['8.8.8.8'], ['127.0.0.1']);
    expect(await given(resolve, all)).toEqual(all ? [addressOf('8.8.8.8')] : '8.8.8.8');
    expect(names).toHaveLength(1);
    await expect(given(resolve, all)).rejects.toThrow(/loopback/);
  });

  it('is refused where DNS has no answer', async () => {
    const failing: Resolve = (_name, done) => done(new Error('ENOTFOUND'), []);
    await expect(given(failing, true)).rejects.toThrow('ENOTFOUND');
  });
});
