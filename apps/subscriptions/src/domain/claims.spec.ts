import { actorOf, type StaffCaller } from '#libs/contracts';
import { aStaffMember } from '#libs/testing';
import { claimVerdict, mayDecide, mayRelease } from './claims';

const reviewer = aStaffMember('reviewer');
const other = aStaffMember('reviewer');
const admin = aStaffMember('admin');
const heldBy = (by: StaffCaller) => ({ staffId: by.staffId, claimedBy: actorOf(by), claimedAt: new Date(0) });

describe('claims', () => {
  it.each([
    { what: 'nobody’s is taken', holder: null, by: reviewer, takeOver: false, verdict: 'claimed' },
    { what: 'one’s own stays', holder: reviewer, by: reviewer, takeOver: false, verdict: 'kept' },
    { what: 'one’s own is not taken over', holder: admin, by: admin, takeOver: true, verdict: 'kept' },
    { what: 'another’s is not taken', holder: other, by: reviewer, takeOver: false, verdict: 'held' },
    { what: 'a reviewer takes nothing over', holder: other, by: reviewer, takeOver: true, verdict: 'held' },
    {
      what: 'an admin who does not say so takes nothing over',
      holder: other,
      by: admin,
      takeOver: false,
      verdict: 'held',
    },
    { what: 'an admin who says so does', holder: other, by: admin, takeOver: true, verdict: 'claimed' },
  ])('$what', ({ holder, by, takeOver, verdict }) => {
    expect(claimVerdict(holder && heldBy(holder), by, takeOver)).toBe(verdict);
  });

  it('are given back by whoever has them, or by an admin', () => {
    expect([reviewer, other, admin].map((by) => mayRelease(heldBy(reviewer), by))).toEqual([true, false, true]);
  });

  it('let nobody else decide, an admin neither', () => {
    expect([reviewer, other, admin].map((by) => mayDecide(heldBy(reviewer), by))).toEqual([true, false, false]);
    expect(mayDecide(null, other)).toBe(true);
  });
});
