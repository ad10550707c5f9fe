import { outsideAddress, outsideLinks } from './upstream-location';

const places = {
  called: 'http://orders.internal:8080/base/v1/orders/7',
  endpoint: 'http://orders.internal:8080/base/v1/',
  outside: 'https://gateway.example/sandbox/api/orders',
};

describe('an address that the provider names', () => {
  it.each([
    ['http://orders.internal:8080/base/v1/orders/8?x=1#y', '/orders/8?x=1#y'],
    ['http://orders.internal:8080/base/v1', ''],
    ['/base/v1/orders/8', '/orders/8'],
    ['8', '/orders/8'],
    ['../carts/1', '/carts/1'],
    ['?page=2', '/orders/7?page=2'],
    ['', '/orders/7'],
  ])('is the gateway’s below the endpoint: %j', (address, path) => {
    expect(outsideAddress(address, places)).toBe(`${places.outside}${path}`);
  });

  it.each([
    'http://orders.internal:8080/',
    'http://orders.internal:8080/base/v10/x',
    'http://orders.internal:8080/base/v1/../../admin',
    'https://orders.internal/base/v1/orders/8',
    '/admin',
    '//orders.internal/base/v1',
    'http://10.0.0.7/x',
    'http://127.0.0.1:9000/x',
    'http://[fd00::1]/x',
    'http://localhost/x',
    'http://carts:8080/x',
    'http://carts.namespace.svc/x',
    'http://carts.internal./x',
    'javascript:alert(1)',
    'data:text/html,x',
    'http://[not an address',
  ])('is not for the caller where it lies inside, or is no address of the web: %s', (address) => {
    expect(outsideAddress(address, places)).toBeUndefined();
  });

  it.each(['https://api.example/login', 'https://api.example:8443/v1', 'http://api.example/v1/a'])(
    'is not for the caller elsewhere at the provider’s host, though that is a public one: %s',
    (address) => {
      const ofPublic = { ...places, called: 'https://api.example/v1/a', endpoint: 'https://api.example/v1' };
      expect(outsideAddress(address, ofPublic)).toBeUndefined();
    },
  );

  it.each(['https://files.example/a?signature=b', 'http://8.8.8.8/x'])('is left as it is elsewhere: %s', (address) => {
    expect(outsideAddress(address, places)).toBe(address);
  });

  it('is none where there is none, or more than one', () => {
    expect(outsideAddress(undefined, places)).toBeUndefined();
    expect(outsideAddress(['/base/v1/a', '/base/v1/b'], places)).toBeUndefined();
  });

  it('is the gateway’s where the endpoint is a whole server', () => {
    const ofServer = { ...places, endpoint: 'http://orders.internal:8080' };
    expect(outsideAddress('/a/b', ofServer)).toBe(`${places.outside}/a/b`);
  });
});

describe('links', () => {
  it('lead to the gateway', () => {
    const link = '</base/v1/orders?page=2>; rel="next", <https://docs.example/orders>; rel="help"';
    const outside = `<${places.outside}/orders?page=2>; rel="next", <https://docs.example/orders>; rel="help"`;
    expect(outsideLinks(link, places)).toBe(outside);
    expect(outsideLinks(link.split(', '), places)).toBe(outside);
  });

  it('are none where one leads inside', () => {
    expect(outsideLinks('</base/v1/a>; rel="next", </admin>; rel="up"', places)).toBeUndefined();
    expect(outsideLinks(undefined, places)).toBeUndefined();
  });
});
