import { eligibilityOf } from './eligibility';

describe('eligibility', () => {
  it('a verified partner whose programme and type are listed is eligible', () => {
    expect(eligibilityOf({ verified: true, suspended: false, ruleMatches: true })).toEqual({
      eligible: true,
      reasons: [],
    });
  });

  it('a claim that nobody confirmed counts as not eligible', () => {
    expect(eligibilityOf({ verified: false, suspended: false, ruleMatches: true }).reasons).toEqual(['unverified']);
  });

  it('names every reason', () => {
    expect(eligibilityOf({ verified: false, suspended: true, ruleMatches: false })).toEqual({
      eligible: false,
      reasons: ['unverified', 'programme_not_eligible', 'suspended'],
    });
  });
});
