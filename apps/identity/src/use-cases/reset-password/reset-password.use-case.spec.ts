import { identity, type PersonId, type StaffId } from '#libs/contracts';
import { anId, anybody, aStaffMember, overtaken, refusals } from '#libs/testing';
import { firstAdmin, IdentitySpec, password, type KnownPartner } from '../../spec-support/identity-spec';

const next = 'another long password';
const invalidLink = { code: 'identity.reset_link_invalid' };

describe('a new password with a link', () => {
  let spec: IdentitySpec;
  let partner: KnownPartner;

  beforeAll(async () => {
    spec = await IdentitySpec.open();
  });
  afterAll(() => spec.close());
  beforeEach(async () => {
    partner = await spec.register();
  });

  const rescue = async (by = spec.staff) => {
    const request = { partnerId: partner.partnerId, environment: 'production' as const, username: 'ada' };
    const { token } = await spec.call(identity.rescuePerson, 'shared', request, by);
    return token ?? '';
  };
  const use = (token: string, environment: 'sandbox' | 'production' = 'production') =>
    spec.call(identity.resetPassword, environment, { token, password: next }, anybody);
  const signIn = (given: string) => spec.begin('production', partner.domain, 'ada', given);
  const admin = async (email = `rosa-${anId()}@provider.example`) => {
    const rosa = { email, displayName: 'Rosa', role: 'admin' as const, password: firstAdmin.password };
    const { id } = await spec.call(identity.createStaff, 'shared', rosa, spec.staff);
    return { ...aStaffMember('admin'), staffId: id };
  };

  describe('set', () => {
    it('it works once and ends all sessions; it gives none', async () => {
      const { accessToken } = await spec.session('production', partner.domain);
      const token = await rescue();
      expect(await use(token)).toEqual({
        account: { id: partner.person.accountId, environment: 'production', domain: partner.domain, state: 'active' },
        username: 'ada',
      });
      expect(await spec.whoHas('production', accessToken)).toBeNull();
      await expect(use(token)).rejects.toMatchObject(invalidLink);
      await signIn(next);
      await expect(signIn(password)).rejects.toMatchObject({ code: 'identity.wrong_credentials' });
    });

    it('the account is told, and the act is the person’s', async () => {
      await use(await rescue());
      const { personId } = partner.person;
      expect((await spec.service.published(identity.passwordChanged)).at(-1)).toMatchObject({
        data: { personId, withLink: true, by: { id: personId } },
      });
      const acts = (await spec.service.acts()).filter(({ action }) => action === 'identity.reset-password.v1');
      expect(acts.at(-1)).toMatchObject({ scope: 'production', by: { kind: 'person', id: personId }, outcome: 'done' });
    });

    it('while the partner is suspended it stays so', async () => {
      const token = await rescue();
      await spec.call(identity.suspendPartner, 'shared', { partnerId: partner.partnerId, notes: null }, spec.staff);
      await use(token);
      const { caller } = await signIn(next);
      expect((await spec.call(identity.getAccount, 'production', {}, caller)).eligibility).toEqual({
        eligible: false,
        reasons: ['suspended'],
      });
    });
  });

  it('of two uses at once, one works', async () => {
    const token = await rescue();
    const results = await spec.atOnce({ table: 'people', ids: [partner.person.personId] }, [
      () => use(token),
      () => use(token),
    ]);
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(refusals(results)).toMatchObject([invalidLink]);
  });

  describe('refused, in the same words', () => {
    it('what never was a link, of this environment or of any', async () => {
      const errors = await Promise.all(
        [`slpr_live_${'x'.repeat(43)}`, `slpr_sbx_${'x'.repeat(43)}`, '', 'x'.repeat(300)].map((token) =>
          use(token).catch((error: unknown) => error as Error),
        ),
      );
      for (const error of errors) expect(error).toMatchObject(invalidLink);
      expect(new Set(errors.map((error) => (error as Error).message)).size).toBe(1);
    });

    it('in the other environment', async () => {
      await expect(use(await rescue(), 'sandbox')).rejects.toMatchObject(invalidLink);
    });

    it('one that another has replaced', async () => {
      const [first, second] = [await rescue(), await rescue()];
      await expect(use(first)).rejects.toMatchObject(invalidLink);
      await use(second);
    });

    it('after a day', async () => {
      const token = await rescue();
      spec.service.clock.advance(86_400_000 - 5_000);
      const alive = await rescue();
      spec.service.clock.advance(5_001);
      await expect(use(token)).rejects.toMatchObject(invalidLink);
      await use(alive);
    });

    it('of somebody who was removed, also in the middle of it', async () => {
      const grace = await spec.colleague(partner.person, partner.domain, 'grace', 'global_admin');
      const remove = (personId: PersonId) => spec.call(identity.removePerson, 'production', { personId }, grace);
      const token = await rescue();
      const result = await overtaken(
        spec.service,
        (admin) => admin.query('delete from identity.people where id = $1', [partner.person.personId]),
        () => use(token),
      );
      expect(result).toMatchObject({ status: 'rejected', reason: invalidLink });
      await expect(remove(partner.person.personId)).rejects.toMatchObject({ code: 'not_found' });
      await expect(use(token)).rejects.toMatchObject(invalidLink);
      const { rows } = await spec.service.admin.query('select 1 from identity.password_resets where person_id = $1', [
        partner.person.personId,
      ]);
      expect(rows).toEqual([]);
    });

    it.each([{ active: false }, { role: 'reviewer' as const }])(
      'made by staff who is no admin any more: %j',
      async (change) => {
        const member = await admin();
        const token = await rescue(member);
        const request = { staffId: member.staffId satisfies StaffId, ...change };
        await spec.call(identity.updateStaff, 'shared', request, spec.staff);
        await expect(use(token)).rejects.toMatchObject(invalidLink);
        await signIn(password);
      },
    );
  });
});
