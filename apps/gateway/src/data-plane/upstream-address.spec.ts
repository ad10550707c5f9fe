import { upstreamAddress } from './upstream-address';

const endpoint = 'http://provider.example/base/v1';
const of = (rest: string) => upstreamAddress(endpoint, `/sandbox/api/orders/${rest}`);

describe('the address at the provider', () => {
  it.each([
    ['', `${endpoint}/`, ''],
    ['customers/1', `${endpoint}/customers/1`, ''],
    ['customers?x=100%&path=../up', `${endpoint}/customers`, 'x=100%&path=../up'],
    ['a%2Fb/c%3Fd', `${endpoint}/a%2Fb/c%3Fd`, ''],
    ['x...y/a..', `${endpoint}/x...y/a..`, ''],
  ])('of %j lies below the endpoint, as it was written', (rest, url, query) => {
    expect(of(rest)).toEqual({ url, query });
  });

  it('is the same for an address with scheme and host', () => {
    expect(upstreamAddress(`${endpoint}/`, 'http://localhost:8080/sandbox/api/orders/a?b=c')).toEqual({
      url: `${endpoint}/a`,
      query: 'b=c',
    });
  });

  it.each([
    '../secret',
    '..;/secret',
    'x/../../secret',
    '%2e%2e/secret',
    'x\\..\\..\\secret',
    'x/..%2f..%2fsecret',
    'x%5c..%5c..%5csecret',
    '%zz',
  ])('of %j is refused', (rest) => {
    expect(() => of(rest)).toThrow('The address is not valid.');
  });
});
