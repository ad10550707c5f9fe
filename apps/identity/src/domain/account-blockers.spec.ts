import { accountBlockers } from './account-blockers';

describe('what of an account keeps it from making keys', () => {
  it('is nothing when the API is on and the partner eligible', () => {
    expect(accountBlockers({ apiAccess: true, eligibility: { eligible: true, reasons: [] } })).toEqual([]);
  });

  it('B34: is told with every reason', () => {
    const eligibility = { eligible: false, reasons: ['unverified' as const, 'suspended' as const] };
    expect(accountBlockers({ apiAccess: false, eligibility })).toEqual(['api_access_off', 'not_eligible', 'suspended']);
  });

  it('suspension alone is not ineligibility', () => {
    const eligibility = { eligible: false, reasons: ['suspended' as const] };
    expect(accountBlockers({ apiAccess: true, eligibility })).toEqual(['suspended']);
  });
});
