import { money } from './formats';

describe('money', () => {
  it.each([
    [{ amountMinor: 4900, currency: 'EUR' }, '€49.00'],
    [{ amountMinor: 4900, currency: 'JPY' }, 'JP¥4,900'],
    [{ amountMinor: 4900, currency: 'KWD' }, 'KWD\u00a04.900'],
  ])('%j is %s', (price, shown) => {
    expect(money(price)).toBe(shown);
  });
});
