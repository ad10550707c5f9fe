import type { StaffId } from '#libs/contracts';
import { anId } from '#libs/testing';
import { approvalVerdict } from './four-eyes';

const rosa = anId<StaffId>();
const tom = anId<StaffId>();

describe('B43: an approval', () => {
  it.each([
    { what: 'alone is enough', fourEyes: false, given: [], by: rosa, verdict: 'approved' },
    { what: 'the first of two waits', fourEyes: true, given: [], by: rosa, verdict: 'awaits_another' },
    { what: 'the second, of somebody else, is enough', fourEyes: true, given: [rosa], by: tom, verdict: 'approved' },
    { what: 'the second of the same is none', fourEyes: true, given: [rosa], by: rosa, verdict: 'own_already' },
    { what: 'alone is enough once one is', fourEyes: false, given: [rosa], by: rosa, verdict: 'approved' },
  ])('$what', ({ fourEyes, given, by, verdict }) => {
    expect(approvalVerdict(fourEyes, given, by)).toBe(verdict);
  });
});
