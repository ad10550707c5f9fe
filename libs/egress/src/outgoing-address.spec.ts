import { addressFault } from './outgoing-address';

describe('an address that somebody else chose', () => {
  it.each(['http://localhost:9080', 'https://api.example/v1', 'http://10.0.0.1'])('%s may be used', (address) => {
    expect(addressFault(address, { isProduction: false })).toBeUndefined();
  });

  it.each(['not an address', 'https://api.example/?q=1', 'https://api.example/#x'])('%s may not', (address) => {
    expect(addressFault(address, { isProduction: false })).toBeDefined();
  });

  it.each([
    ['http://api.example', /https/],
    ['https://localhost', /loopback/],
    ['https://sub.localhost', /loopback/],
    ['https://127.9.9.9', /loopback/],
    ['https://2130706433', /loopback/],
    ['https://0x7f.1', /loopback/],
    ['https://[::1]', /loopback/],
    ['https://0.0.0.0', /loopback/],
  ])('in production mode %s may not', (address, fault) => {
    expect(addressFault(address, { isProduction: true })).toMatch(fault);
  });

  it('in production mode an https address elsewhere may', () => {
    expect(addressFault('https://api.example', { isProduction: true })).toBeUndefined();
  });
});
