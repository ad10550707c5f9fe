import { eligibilityOf } from './eligibility';

describe('eligibility', () => {
  it('a verified partner whose programme and type are listed is eligible', () => {
    expect(eligibilityOf({ verified: true, suspended: false, unlisted: null })).toEqual({
      eligible: true,
      reasons: [],
    });
  });

  it('a claim that nobody confirmed counts as not eligible', () => {
    expect(eligibilityOf({ verified: false, suspended: false, unlisted: null }).reasons).toEqual(['unverified']);
  });

  it.each([
    ['programme', 'programme_not_eligible'],
    ['type', 'type_not_eligible'],
  ] as const)('names what is not listed: the %s', (unlisted, reason) => {
    expect(eligibilityOf({ verified: true, suspended: false, unlisted }).reasons).toEqual([reason]);
  });

  it('names every reason', () => {
    expect(eligibilityOf({ verified: false, suspended: true, unlisted: 'programme' })).toEqual({
      eligible: false,
      reasons: ['unverified', 'programme_not_eligible', 'suspended'],
    });
  });
});
