import { eventType, identity, type Environment, type PartnerId } from '#libs/contracts';
import { aStaffMember, until } from '#libs/testing';
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
      expect(await set(rules)).toMatchObject({ ...expected, dryRun: false });
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

    it('tells exactly those whose eligibility changes, or to whom it is one more reason, with why, when it is lost and when it is had again', async () => {
      const { partnerId } = await spec.register();
      const listed = await spec.register({ type: 'indirect_provider' });
      const unconfirmed = await spec.register();
      await spec.call(
        identity.updatePartner,
        'shared',
        { partnerId: unconfirmed.partnerId, verified: false },
        spec.staff,
      );
      const publishedOf = async () =>
        (await spec.service.published(identity.eligibilityChanged))
          .filter(({ subject }) => [partnerId, listed.partnerId, unconfirmed.partnerId].includes(subject as PartnerId))
          .map(({ data }) => data);
      const before = (await publishedOf()).length;
      await set(initial.filter(({ type }) => type === 'indirect_provider'));
      const change = { environment: 'production', by: { kind: 'staff' } };
      const lost = [
        { ...change, partnerId, eligible: false, reasons: ['type_not_eligible'] },
        {
          ...change,
          partnerId: unconfirmed.partnerId,
          eligible: false,
          reasons: ['unverified', 'type_not_eligible'],
        },
      ];
      expect((await publishedOf()).slice(before)).toMatchObject(lost);
      await set(initial);
      const had = { ...change, partnerId, eligible: true, reasons: [] };
      expect((await publishedOf()).slice(before)).toMatchObject([...lost, had]);
    });

    it('tells whom they keep from it for another reason than before, and announces whom it tells', async () => {
      const { partnerId } = await spec.register({ type: 'other' });
      const suspended = await spec.register();
      await spec.call(identity.suspendPartner, 'shared', { partnerId: suspended.partnerId }, spec.staff);
      const versionOf = async (id: PartnerId) =>
        (await spec.service.admin.query('select version from identity.partners where id = $1', [id])).rows[0].version;
      const before = await versionOf(suspended.partnerId);
      await set([]);
      const ofBoth = (await spec.service.published(identity.eligibilityChanged)).filter(({ subject }) =>
        [partnerId, suspended.partnerId].includes(subject as PartnerId),
      );
      expect(ofBoth.map(({ data }) => data['reasons'])).toEqual([
        ['programme_not_eligible'],
        ['programme_not_eligible', 'suspended'],
      ]);
      expect(await versionOf(suspended.partnerId)).toBe(before + 1);
      expect(ofBoth[1]?.aggregateversion).toBe(before + 1);
      await until('the announcement', async () =>
        (await spec.service.published(identity.partnerChanged)).some(
          ({ subject, aggregateversion }) => subject === suspended.partnerId && aggregateversion === before + 1,
        ),
      );
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

  describe('a dry run', () => {
    const dryRun = (rules: { programme: string; type: string }[]) =>
      spec.call(identity.setEligibilityRules, 'shared', { environment: 'production', rules, dryRun: true }, spec.staff);
    const isEligible = async (partnerId: PartnerId) =>
      (await spec.call(identity.getPartner, 'shared', { partnerId }, spec.staff)).eligibility.production.eligible;

    it('names whom the rules would concern, and changes nothing: no rule, no token, nothing published', async () => {
      const { partnerId, person } = await spec.registerReady();
      const key = await spec.makeKey(person);
      // What is to be done for those who have just registered goes on meanwhile.
      const changes = async () =>
        (await spec.service.published()).filter(({ type }) => type === eventType(identity.eligibilityChanged)).length;
      const before = await changes();
      const ended = await spec.endedBy('production', async () => {
        const { becameIneligible, rules, dryRun: isDry } = await dryRun([]);
        expect({ rules, isDry }).toEqual({ rules: [], isDry: true });
        expect(becameIneligible.count).toBeGreaterThan(0);
      });
      expect(ended).toEqual([]);
      expect((await get('production')).rules).toEqual(initial);
      expect(await isEligible(partnerId)).toBe(true);
      expect(await spec.verify('production', key)).toMatchObject({ verdict: 'good' });
      expect(await changes()).toBe(before);
    });

    it('counts exactly those whose eligibility changes, both ways, and says the same as the change does', async () => {
      const tag = { programme: 'only_here' };
      const gains = [await spec.register(tag), await spec.register(tag)];
      const [unverified, suspended] = [await spec.register(tag), await spec.register(tag)];
      await spec.call(
        identity.updatePartner,
        'shared',
        { partnerId: unverified.partnerId, verified: false },
        spec.staff,
      );
      await spec.call(identity.suspendPartner, 'shared', { partnerId: suspended.partnerId }, spec.staff);
      const rules = [...initial, { ...tag, type: 'direct_bill' }];
      const gained = gains.map(({ partnerId: id, domain }) => ({ id, name: 'Contoso', domain }));
      const expected = {
        becameEligible: { count: 2, partners: gained },
        becameIneligible: { count: 0, partners: [] },
      };
      expect(await dryRun(rules)).toMatchObject(expected);
      for (const { partnerId } of gains) expect(await isEligible(partnerId)).toBe(false);
      expect(await set(rules)).toMatchObject(expected);
      for (const { partnerId } of gains) expect(await isEligible(partnerId)).toBe(true);
      expect(await dryRun(initial)).toMatchObject({
        becameIneligible: { count: 2, partners: gained },
        becameEligible: { count: 0 },
      });
    });

    it('names the first few of many', async () => {
      const tag = { programme: 'many' };
      for (let time = 0; time <= identity.concernedPartnersMax; time += 1) await spec.register(tag);
      const { becameEligible } = await dryRun([...initial, { ...tag, type: 'direct_bill' }]);
      expect(becameEligible.count).toBe(identity.concernedPartnersMax + 1);
      expect(becameEligible.partners).toHaveLength(identity.concernedPartnersMax);
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
