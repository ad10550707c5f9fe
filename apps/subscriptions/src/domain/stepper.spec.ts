import { stepsOf } from './stepper';

const withSandbox = { sandbox: true, approval: true };
const statesOf = (...args: Parameters<typeof stepsOf>) => stepsOf(...args).map(({ state }) => state);

describe('the stepper', () => {
  it('B33: three steps, in this order', () => {
    expect(stepsOf(withSandbox, 'sandbox').map(({ title }) => title)).toEqual(['Sandbox', 'In review', 'Production']);
  });

  it('B33: the current step is the phase', () => {
    expect(statesOf(withSandbox, 'sandbox')).toEqual(['current', 'upcoming', 'upcoming']);
    expect(statesOf(withSandbox, 'in_review')).toEqual(['done', 'current', 'upcoming']);
    expect(statesOf(withSandbox, 'production')).toEqual(['done', 'done', 'current']);
  });

  it('B33: rejected marks the review step, it is no fourth', () => {
    expect(statesOf(withSandbox, 'rejected')).toEqual(['done', 'rejected', 'upcoming']);
  });

  it('B32: what a plan without sandbox leaves out is skipped', () => {
    expect(statesOf({ sandbox: false, approval: false }, 'production')).toEqual(['skipped', 'skipped', 'current']);
    expect(statesOf({ sandbox: false, approval: true }, 'in_review')).toEqual(['skipped', 'current', 'upcoming']);
  });
});
