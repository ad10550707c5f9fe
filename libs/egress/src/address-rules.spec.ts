import { networkInterfaces } from 'node:os';
import { egressEnvironment } from '#libs/config';
import { AddressRules } from './address-rules';

const rulesOf = (settings: Record<string, string> = {}) => new AddressRules(egressEnvironment.parse(settings));
const anywhere = rulesOf();
const production = rulesOf({ SLIPWAY_PRODUCTION: '1' });
const allowing = rulesOf({ SLIPWAY_EGRESS_ALLOW: '10.20.0.0/16, fd12:3456::/32,100.64.0.0/10,169.254.0.0/16,::/0' });

describe('an address that somebody else wrote', () => {
  it.each([
    'http://localhost:9080',
    'https://api.example/v1',
    'http://8.8.8.8',
    'http://[2001:4860:4860::8888]:81',
    'http://127.0.0.1:4100',
    'http://[::1]',
  ])('%s may be called', (address) => {
    expect(anywhere.faultOfUrl(address)).toBeUndefined();
  });

  it.each([
    'not an address',
    'https://api.example/?q=1',
    'https://api.example/#x',
    'https://ada:secret@api.example',
    'ftp://api.example',
    'file:///etc/passwd',
  ])('%s may not', (address) => {
    expect(anywhere.faultOfUrl(address)).toBeDefined();
  });

  it.each([
    ['http://api.example', /https/],
    ['https://localhost', /loopback/],
    ['https://localhost.', /loopback/],
    ['https://LOCALHOST', /loopback/],
    ['https://sub.localhost', /loopback/],
    ['https://127.9.9.9', /loopback/],
    ['https://127.0.0.1.', /loopback/],
    ['https://2130706433', /loopback/],
    ['https://0x7f.1', /loopback/],
    ['https://0177.0.0.1', /loopback/],
    ['https://[::1]', /loopback/],
    ['https://[::]', /loopback/],
    ['https://[::ffff:127.0.0.1]', /loopback/],
    ['https://[::7f00:1]', /loopback/],
    ['https://[64:ff9b::7f00:1]', /loopback/],
    ['https://0.0.0.0', /loopback/],
  ])('in production mode %s may not', (address, fault) => {
    expect(production.faultOfUrl(address)).toMatch(fault);
  });

  it('in production mode an https address elsewhere may', () => {
    expect(production.faultOfUrl('https://api.example')).toBeUndefined();
    expect(production.faultOfUrl('https://notlocalhost')).toBeUndefined();
  });
});

describe('an address that something resolves to', () => {
  it.each([
    '169.254.169.254',
    '169.254.170.2',
    '100.100.100.200',
    '168.63.129.16',
    'fd00:ec2::254',
    'fd00:ec2::23',
    'fd20:ce::254',
    '::ffff:169.254.169.254',
    '::ffff:100.100.100.200',
    '64:ff9b::a83f:8110',
  ])('is never one of metadata: %s', (address) => {
    for (const rules of [anywhere, production, allowing]) expect(rules.faultOf(address, 80)).toBeDefined();
  });

  it.each([
    ['link-local', '169.254.1.1'],
    ['link-local', 'fe80::1'],
    ['link-local, with a zone', 'fe80::1%eth0'],
    ['multicast', '224.0.0.251'],
    ['multicast', 'ff02::1'],
    ['broadcast', '255.255.255.255'],
    ['reserved', '240.0.0.1'],
    ['for documentation', '192.0.2.1'],
    ['for documentation', '2001:db8::1'],
    ['for benchmarks', '198.18.0.1'],
    ['6to4', '2002:a00:1::'],
    ['6to4, of a public address', '2002:808:808::'],
    ['Teredo', '2001::1'],
    ['site-local', 'fec0::1'],
    ['for discarding', '100::1'],
    ['translated locally', '64:ff9b:1::808:808'],
    ['translated (SIIT)', '::ffff:0:8.8.8.8'],
    ['mapped and link-local', '::ffff:169.254.1.1'],
  ])('is never %s: %s', (_what, address) => {
    for (const rules of [anywhere, production, allowing]) expect(rules.faultOf(address, 443)).toBeDefined();
  });

  it.each(['10.20.0.1', '::ffff:10.20.0.1', '::10.20.0.1', '64:ff9b::a14:1', '100.64.0.1', 'fd12:3456::1'])(
    'is in a private network only where that is allowed: %s',
    (address) => {
      expect(anywhere.faultOf(address, 443)).toMatch(/SLIPWAY_EGRESS_ALLOW/);
      expect(production.faultOf(address, 443)).toMatch(/SLIPWAY_EGRESS_ALLOW/);
      expect(allowing.faultOf(address, 443)).toBeUndefined();
    },
  );

  it.each(['10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.0.1', '::ffff:192.168.0.1'])(
    'is in no other private network: %s',
    (address) => {
      for (const rules of [anywhere, production, allowing]) expect(rules.faultOf(address, 443)).toBeDefined();
    },
  );

  it.each(['8.8.8.8', '172.32.0.1', '100.128.0.1', '2001:4860:4860::8888', '::ffff:8.8.8.8', '64:ff9b::808:808'])(
    'is public: %s',
    (address) => {
      for (const rules of [anywhere, production, allowing]) expect(rules.faultOf(address, 443)).toBeUndefined();
    },
  );
});

describe('where Slipway itself listens', () => {
  const own = rulesOf({ SLIPWAY_OWN_PORTS: '8080,443', SLIPWAY_EGRESS_ALLOW: '0.0.0.0/0,::/0' });
  const outside = Object.values(networkInterfaces())
    .flatMap((ofOne = []) => ofOne)
    .filter(({ internal }) => !internal)
    .map(({ address }) => address);

  it.each([
    'http://localhost:8080',
    'https://localhost',
    'http://127.0.0.2:8080/v1',
    'http://[::1]:8080',
    'http://0.0.0.0:8080',
    'http://[::ffff:127.0.0.1]:8080',
  ])('%s is never called', (address) => expect(own.faultOfUrl(address)).toMatch(/Slipway/));

  it('is known by each address of this machine, whatever is allowed', () => {
    for (const address of outside) expect(own.faultOf(address, 8080)).toBeDefined();
  });

  it('is no other port, and no other machine', () => {
    expect(own.faultOfUrl('http://localhost:8082')).toBeUndefined();
    expect(own.faultOfUrl('http://8.8.8.8:8080')).toBeUndefined();
  });
});

describe('the settings', () => {
  it.each([
    { SLIPWAY_EGRESS_ALLOW: '10.0.0.0' },
    { SLIPWAY_EGRESS_ALLOW: '10.0.0.0/8;fd12::/48' },
    { SLIPWAY_OWN_PORTS: '80,no' },
    { SLIPWAY_OWN_PORTS: '0' },
  ])('are refused where they cannot be read: %j', (settings) => {
    expect(egressEnvironment.safeParse(settings).success).toBe(false);
  });

  it('may be empty', () => {
    const settings = egressEnvironment.parse({ SLIPWAY_EGRESS_ALLOW: '', SLIPWAY_OWN_PORTS: '' });
    expect(settings).toMatchObject({ SLIPWAY_EGRESS_ALLOW: [], SLIPWAY_OWN_PORTS: [] });
  });
});
