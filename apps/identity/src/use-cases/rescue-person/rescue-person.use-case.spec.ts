import { identity, type Environment, type PartnerId } from '#libs/contracts';
import { anId, anybody, aStaffMember, audited } from '#libs/testing';
import { IdentitySpec, type KnownPartner } from '../../spec-support/identity-spec';

describe('rescuing an administrator', () => {
  let spec: IdentitySpec;
  let partner: KnownPartner;

  beforeAll(async () => {
    spec = await IdentitySpec.open();
    partner = await spec.register();
    await spec.openActiveSandbox(partner);
  });
  afterAll(() => spec.close());

  const requestOf = (given: { partnerId?: PartnerId; environment?: Environment; username?: string } = {}) => ({
    partnerId: partner.partnerId,
    environment: 'production' as const,
    username: 'ada',
    ...given,
  });
  const rescue = (given: Parameters<typeof requestOf>[0] = {}, key?: string) =>
    spec.call(identity.rescuePerson, 'shared', requestOf(given), spec.staff, key);

  describe('a link', () => {
    it.each(['sandbox', 'production'] as const)('is shown once, with whom it is for, in %s', async (environment) => {
      const reply = await rescue({ environment });
      expect(reply).toMatchObject({
        username: 'ada',
        email: 'ada@example.com',
        account: { environment, domain: environment === 'sandbox' ? `sandbox.${partner.domain}` : partner.domain },
        token: expect.stringMatching(environment === 'sandbox' ? /^slpr_sbx_\w{43}$/ : /^slpr_live_\w{43}$/),
      });
      const { rows } = await spec.service.admin.query(
        `select to_json(r)::text from identity.password_resets r
         union all select event::text from identity.outbox union all select to_json(a)::text from identity.audit a
         union all select to_json(i)::text from identity.idempotency i`,
      );
      expect(JSON.stringify(rows)).not.toContain(reply.token);
    });

    it('a repetition shows it no more, and does not end it', async () => {
      const { token, ...rest } = await rescue({}, 'the-same-key');
      expect(await rescue({}, 'the-same-key')).toEqual({ ...rest, token: null });
      const use = { token: token ?? '', password: 'another long password' };
      await spec.call(identity.resetPassword, 'production', use, anybody);
    });

    it('leaves a row in the staff’s audit and in the environment’s, and the account is told', async () => {
      const request = requestOf();
      const { rows } = await audited(spec.service, identity.rescuePerson, 'shared', request, spec.staff);
      const { personId, accountId } = partner.person;
      expect(rows.map(({ scope }) => scope).sort()).toEqual(['production', 'shared']);
      for (const row of rows)
        expect(row).toMatchObject({
          actor_kind: 'staff',
          actor_id: spec.staff.staffId,
          action: 'identity.rescue-person.v1',
          targets: { personId, partnerId: partner.partnerId, environment: 'production' },
        });
      expect((await spec.service.published(identity.rescueStarted)).at(-1)).toMatchObject({
        scope: 'production',
        data: { personId, accountId, username: 'ada', by: { kind: 'staff' } },
      });
    });
  });

  describe('refused', () => {
    it('for a developer, whom the administrators can help', async () => {
      await spec.colleague(partner.person, partner.domain, 'dev', 'developer');
      await expect(rescue({ username: 'dev' })).rejects.toMatchObject({ code: 'identity.not_global_admin' });
    });

    it('nobody of that name, and no such partner: not found', async () => {
      await expect(rescue({ username: 'nobody' })).rejects.toMatchObject({ code: 'not_found' });
      await expect(rescue({ partnerId: anId() })).rejects.toMatchObject({ code: 'not_found' });
    });

    it('to a reviewer, and to whoever has not signed in lately', async () => {
      const call = (caller: typeof spec.staff, signedInRecently: boolean) =>
        spec.service.call(identity.rescuePerson, 'shared', requestOf(), caller, { session: { signedInRecently } });
      await expect(call(aStaffMember('reviewer'), true)).rejects.toMatchObject({ code: 'forbidden' });
      await expect(call(spec.staff, false)).rejects.toMatchObject({ code: 'identity.sign_in_again' });
    });
  });
});
