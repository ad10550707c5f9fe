import type { identity } from '#libs/contracts';
import { lockReasons } from './lock-reasons';

const fine = { apiAccess: true, eligibility: { eligible: true, reasons: [] } };

describe('reasons why production is locked', () => {
  it('there are none when nothing is lacking', () => {
    expect(lockReasons([], fine)).toEqual([]);
  });

  it('lists what the pipeline and what the account lack (B34)', () => {
    const eligibility: identity.Eligibility = { eligible: false, reasons: ['unverified', 'suspended'] };
    expect(lockReasons(['review', 'payment'], { apiAccess: false, eligibility })).toEqual([
      'review',
      'payment',
      'api_access_off',
      'not_eligible',
      'suspended',
    ]);
  });

  it('suspension alone is not ineligibility', () => {
    expect(lockReasons([], { apiAccess: true, eligibility: { eligible: false, reasons: ['suspended'] } })).toEqual([
      'suspended',
    ]);
  });
});
