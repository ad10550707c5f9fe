import { safeNext } from './safe-next';

describe('where a sign-in leads', () => {
  it.each([
    ['/sandbox/subscriptions/1?tab=a', '/sandbox/subscriptions/1?tab=a'],
    ['/production/settings', undefined],
    ['//evil.example/sandbox/', undefined],
    ['/\\evil.example/sandbox/', undefined],
    ['https://evil.example/sandbox/', undefined],
    ['javascript:alert(1)', undefined],
    ['/sandbox/../v1/openapi.json', undefined],
    [null, undefined],
  ])('%s: %s', (next, led) => {
    expect(safeNext(next, 'sandbox')).toBe(led);
  });
});
