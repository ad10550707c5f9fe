import { contains, isWithin, readRange } from './ranges';

describe('a range of addresses', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7/32'],
    ['203.0.113.0/24', '203.0.113.0/24'],
    ['203.0.113.128/25', '203.0.113.128/25'],
    ['0.0.0.0/0', '0.0.0.0/0'],
    ['2001:db8::/32', '2001:db8::/32'],
    ['2001:DB8:0:0:0:0:0:1', '2001:db8::1/128'],
    ['2001:0db8::/33', '2001:db8::/33'],
    ['::/0', '::/0'],
  ])('%s is %s', (text, range) => expect(readRange(text)).toEqual({ range }));

  it.each([
    ...[
      '',
      ' ',
      '1',
      '1.2.3',
      '1.2.3.4.5',
      '256.1.1.1',
      '010.1.1.1',
      '0x7f.1.1.1',
      '2130706433',
      '1.2.3.4/',
      '1.2.3.4/+8',
    ],
    ...[
      '1.2.3.4/08',
      '1.2.3.4/33',
      '1.2.3.4/24/24',
      '::1/129',
      'fe80::1%eth0',
      'gg::1',
      ':::',
      'example.com',
      '1.2.3.4/8 ',
    ],
    ...['::ffff:1.2.3.4', '::ffff:1.2.3.0/120', '203.0.113.9/24', '2001:db8::1/32'],
  ])('%j is none', (text) => expect(readRange(text)).toEqual({ fault: expect.any(String) }));

  it('says which range was meant where bits stand behind the prefix', () => {
    expect(readRange('203.0.113.9/24')).toEqual({
      fault: 'has more bits than its prefix says. Did you mean 203.0.113.0/24?',
    });
  });
});

describe('an address', () => {
  const ranges = ['203.0.113.0/24', '2001:db8::/33'];

  it.each(['203.0.113.0', '203.0.113.255', '::ffff:203.0.113.9', '2001:db8::1', '2001:db8:7fff::'])(
    '%s is within',
    (address) => expect(isWithin(address, ranges)).toBe(true),
  );
  it.each(['203.0.112.255', '203.0.114.0', '::ffff:203.0.114.9', '2001:db8:8000::', 'nowhere', undefined])(
    '%s is not',
    (address) => expect(isWithin(address, ranges)).toBe(false),
  );
  it('is within nothing where there is nothing', () => expect(isWithin('203.0.113.1', [])).toBe(false));
});

describe('one range in another', () => {
  it.each([
    ['203.0.113.0/24', '203.0.113.0/24', true],
    ['203.0.113.0/24', '203.0.113.128/25', true],
    ['203.0.113.128/25', '203.0.113.0/24', false],
    ['203.0.113.0/24', '203.0.114.0/25', false],
    ['::/0', '203.0.113.0/24', false],
    ['0.0.0.0/0', '203.0.113.0/24', true],
    ['2001:db8::/32', '2001:db8::1/128', true],
  ])('%s contains %s: %s', (wide, narrow, is) => expect(contains(wide, narrow)).toBe(is));
});
