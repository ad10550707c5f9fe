import { isNarrower, requireRanges } from './allowed-addresses';

describe('the addresses of a key', () => {
  it('are each written in one way, and once', () => {
    expect(requireRanges(['203.0.113.7', '203.0.113.7/32', '2001:DB8::/32'])).toEqual([
      '203.0.113.7/32',
      '2001:db8::/32',
    ]);
    expect(requireRanges()).toEqual([]);
  });

  it('are refused with all that is wrong', () => {
    expect(() => requireRanges(['203.0.113.7', 'here', '10.0.0.1/8'])).toThrow(
      expect.objectContaining({
        code: 'invalid_request',
        fields: [
          { pointer: '/allowedAddresses/1', detail: expect.stringMatching(/^here must be/) },
          {
            pointer: '/allowedAddresses/2',
            detail: '10.0.0.1/8 has more bits than its prefix says. Did you mean 10.0.0.0/8?',
          },
        ],
      }),
    );
  });

  it.each([
    [[], [], false],
    [['10.0.0.0/8'], [], true],
    [[], ['10.0.0.0/8'], false],
    [['10.0.0.0/8'], ['10.1.0.0/16', '10.2.0.0/16'], false],
    [['10.1.0.0/16'], ['10.0.0.0/8'], true],
    [['10.1.0.0/16', '10.2.0.0/16'], ['10.1.0.0/16'], false],
    [['10.1.0.0/16'], ['10.1.0.0/16', '::/0'], true],
  ])('%j after %j is narrower: %s', (wanted, before, is) => expect(isNarrower(wanted, before)).toBe(is));
});
