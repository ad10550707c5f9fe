import { Draws, testSeed } from '../support/seeded';
import { isAllowed, step, submittedOnce, type Deed, type Verb } from './review-model';

const verbs: Verb[] = [
  'claim',
  'take-over',
  'release',
  'approve',
  'reject',
  'request-changes',
  'reopen',
  'submit',
  'withdraw',
];

/** One after the other. */
const inTurn = (...deeds: Omit<Deed, 'began' | 'ended'>[]): Deed[] =>
  deeds.map((deed, index) => ({ ...deed, began: 2 * index, ended: 2 * index + 1 }));
const atOnce = (...deeds: Omit<Deed, 'began' | 'ended'>[]): Deed[] =>
  deeds.map((deed, index) => ({ ...deed, began: index, ended: 100 + index }));

const rosa = { by: 'rosa', number: 1 };
const tom = { by: 'tom', number: 1 };
const anna = { by: 'anna', number: 1, isAdmin: true };
const approve = 'approve' as const;

describe('the model of a review', () => {
  it.each([
    [
      'two approve',
      inTurn({ ...rosa, verb: approve, outcome: 'pending' }, { ...tom, verb: approve, outcome: 'approved' }),
    ],
    [
      'at once, either may be the first',
      atOnce({ ...rosa, verb: approve, outcome: 'approved' }, { ...tom, verb: approve, outcome: 'pending' }),
    ],
    [
      'a refusal may come before what it waited for',
      atOnce({ ...tom, verb: approve, outcome: 'claimed' }, { ...rosa, verb: 'claim', outcome: 'ok' }),
    ],
    [
      'an admin takes over and rejects',
      inTurn(
        { ...rosa, verb: 'claim', outcome: 'ok' },
        { ...anna, verb: 'take-over', outcome: 'ok' },
        { ...rosa, verb: 'reject', outcome: 'claimed' },
        { ...anna, verb: 'reject', outcome: 'rejected' },
      ),
    ],
  ])('allows: %s', (_what, deeds) => {
    expect(isAllowed(deeds)).toBe(true);
  });

  it.each([
    [
      'production by one person',
      inTurn({ ...rosa, verb: approve, outcome: 'pending' }, { ...rosa, verb: approve, outcome: 'approved' }),
    ],
    [
      'two decisions on one submission',
      atOnce(
        { ...rosa, verb: 'reject', outcome: 'rejected' },
        { ...tom, verb: 'request-changes', outcome: 'changes_requested' },
      ),
    ],
    [
      'two first approvals',
      atOnce({ ...rosa, verb: approve, outcome: 'pending' }, { ...tom, verb: approve, outcome: 'pending' }),
    ],
    [
      'two who have claimed it',
      atOnce({ ...rosa, verb: 'claim', outcome: 'ok' }, { ...tom, verb: 'claim', outcome: 'ok' }),
    ],
    [
      'a decision beside whoever has claimed it',
      inTurn({ ...rosa, verb: 'claim', outcome: 'ok' }, { ...tom, verb: 'reject', outcome: 'rejected' }),
    ],
    [
      'an admin who decides without taking over',
      inTurn({ ...rosa, verb: 'claim', outcome: 'ok' }, { ...anna, verb: 'reject', outcome: 'rejected' }),
    ],
    [
      'an approval that outlives a withdrawal',
      inTurn(
        { ...rosa, verb: approve, outcome: 'pending' },
        { by: 'ada', verb: 'withdraw', outcome: 'withdrawn' },
        { by: 'ada', verb: 'submit', outcome: 'submitted 2' },
        { ...tom, number: 2, verb: approve, outcome: 'approved' },
      ),
    ],
    [
      'a decision on what was read before',
      inTurn(
        { by: 'ada', verb: 'withdraw', outcome: 'withdrawn' },
        { by: 'ada', verb: 'submit', outcome: 'submitted 2' },
        { ...tom, verb: 'reject', outcome: 'rejected' },
      ),
    ],
    [
      'an order that time does not allow',
      inTurn({ ...tom, verb: 'reject', outcome: 'already_decided' }, { ...rosa, verb: 'reject', outcome: 'rejected' }),
    ],
    [
      'what a look at the end does not show',
      inTurn(
        { ...rosa, verb: 'reject', outcome: 'rejected' },
        { by: 'anna', verb: 'look', outcome: JSON.stringify(submittedOnce) },
      ),
    ],
  ])('rejects: %s', (_what, deeds) => {
    expect(isAllowed(deeds)).toBe(false);
  });

  /** As the services would do it: each deed at one moment, seen from a little before to a little after. */
  function played(draws: Draws): Deed[] {
    const people = [rosa, tom, anna, { by: 'ada' }, { by: 'sam' }];
    let state = submittedOnce;
    return Array.from({ length: 16 }, (_, at) => {
      const person = people[draws.below(people.length)] ?? rosa;
      const verb = verbs[draws.below(verbs.length)] ?? 'claim';
      const deed = { ...person, number: state.number - draws.below(2), verb };
      const [outcome, next] = step(state, deed);
      state = next;
      return { ...deed, outcome, began: at - draws.next() * 4, ended: at + draws.next() * 4 };
    });
  }

  it('allows whatever was played by its rules, in whichever order it is told, and nothing with one outcome changed in the end', () => {
    const draws = new Draws(testSeed);
    for (let round = 0; round < 200; round += 1) {
      const deeds = played(draws);
      expect(isAllowed(draws.shuffled(deeds))).toBe(true);
      const look = { by: 'anna', verb: 'look' as const, began: 100, ended: 101 };
      expect(isAllowed([...deeds, { ...look, outcome: '{}' }])).toBe(false);
    }
  });
});
