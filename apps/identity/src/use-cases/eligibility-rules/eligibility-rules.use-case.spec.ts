import { identity, type Environment } from '#libs/contracts';
import { aStaffMember } from '#libs/testing';
import { IdentitySpec } from '../../spec-support/identity-spec';

const initial = [
  { programme: 'csp', type: 'direct_bill' },
  { programme: 'csp', type: 'indirect_provider' },
];

describe('the eligibility rules', () => {
  let spec: IdentitySpec;

  beforeAll(async () => {
    spec = await IdentitySpec.open();
  });
  afterAll(() => spec.close());
  beforeEach(() => set(initial));

  const set = (rules: { programme: string; type: string }[], environment: Environment = 'production') =>
    spec.call(identity.setEligibilityRules, 'shared', { environment, rules }, spec.staff);
  const get = (environment: Environment) =>
    spec.call(identity.getEligibilityRules, 'shared', { environment }, aStaffMember('reviewer'));

  describe('B9: set', () => {
    it('replaces the list of one environment, in order and each once, and leaves the other’s', async () => {
      const rules = [
        { programme: 'isv', type: 'direct_bill' },
        { programme: 'csp', type: 'direct_bill' },
        { programme: 'isv', type: 'direct_bill' },
      ];
      const expected = { environment: 'production', rules: [rules[1], rules[0]] };
      expect(await set(rules)).toEqual(expected);
      expect(await get('production')).toEqual(expected);
      expect(await get('sandbox')).toEqual({ environment: 'sandbox', rules: initial });
    });

    it('whoever is no longer listed gets no token by the time of the answer', async () => {
      const { person } = await spec.registerReady();
      const key = await spec.makeKey(person);
      await spec.atFence(
        () => set([]),
        async () =>
          expect(await spec.verify('production', key)).toEqual({
            verdict: 'not_eligible',
            reasons: ['programme_not_eligible'],
          }),
      );
    });

    it('the live tokens of exactly those who are no longer listed end, where that is asked for', async () => {
      const { partnerId } = await spec.register();
      const { partnerId: listed } = await spec.register({ type: 'indirect_provider' });
      await spec.register({ programme: 'other' });
      const rules = initial.filter(({ type }) => type === 'indirect_provider');
      const request = { environment: 'production' as const, rules };
      const act = (revokeTokens: boolean) => () =>
        spec.call(identity.setEligibilityRules, 'shared', { ...request, revokeTokens }, spec.staff);
      expect(await spec.endedBy('production', act(false))).toEqual([]);
      await set(initial);
      const ended = (await spec.endedBy('production', act(true))).map(([, id]) => id);
      expect(ended).toContain(partnerId);
      expect(ended).not.toContain(listed);
      expect(await spec.endedBy('production', act(true))).toEqual([]);
    });

    it('two at once: one list or the other, never both', async () => {
      const lists = ['first', 'second'].map((programme) => [
        { programme, type: 'direct_bill' },
        { programme, type: 'indirect_provider' },
      ]);
      await spec.atOnce(
        { table: 'eligibility_rules' },
        lists.map((rules) => () => set(rules)),
      );
      const { rules } = await get('production');
      expect(lists).toContainEqual(rules);
    });
  });

  it('refused to a reviewer', async () => {
    await expect(
      spec.call(
        identity.setEligibilityRules,
        'shared',
        { environment: 'production', rules: [] },
        aStaffMember('reviewer'),
      ),
    ).rejects.toMatchObject({ code: 'forbidden' });
    expect((await get('production')).rules).toEqual(initial);
  });
});
