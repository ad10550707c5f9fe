import { productionBlockers } from './production-blockers';

const withSandbox = { sandbox: true, approval: true };
const approvedAt = new Date();
const running = { cancelledAt: null };

describe('what keeps production locked', () => {
  it('B34: before approval, review; B46: and payment where it is due', () => {
    expect(productionBlockers(withSandbox, { ...running, approvedAt: null, paymentState: 'not_required' })).toEqual([
      'review',
    ]);
    expect(productionBlockers(withSandbox, { ...running, approvedAt: null, paymentState: 'due' })).toEqual([
      'review',
      'payment',
    ]);
  });

  it('B46: approved but not paid is locked, paid but not approved too', () => {
    expect(productionBlockers(withSandbox, { ...running, approvedAt, paymentState: 'due' })).toEqual(['payment']);
    expect(productionBlockers(withSandbox, { ...running, approvedAt: null, paymentState: 'paid' })).toEqual(['review']);
  });

  it('B46: nothing once approved and paid, or free', () => {
    expect(productionBlockers(withSandbox, { ...running, approvedAt, paymentState: 'paid' })).toEqual([]);
    expect(productionBlockers(withSandbox, { ...running, approvedAt, paymentState: 'not_required' })).toEqual([]);
  });

  it('B32: a plan without sandbox asks for review only if it says so', () => {
    expect(
      productionBlockers({ sandbox: false, approval: false }, { ...running, approvedAt: null, paymentState: 'due' }),
    ).toEqual(['payment']);
    expect(
      productionBlockers({ sandbox: false, approval: true }, { ...running, approvedAt: null, paymentState: 'paid' }),
    ).toEqual(['review']);
  });

  it('a cancelled subscription is locked, whatever else it has', () => {
    const cancelled = { cancelledAt: new Date(), approvedAt, paymentState: 'paid' as const };
    expect(productionBlockers(withSandbox, cancelled)).toEqual(['cancelled']);
  });
});
