import { identity, type PersonCaller } from '#libs/contracts';
import { anybody, overtaken, refusals } from '#libs/testing';
import { firstAdmin, IdentitySpec, password, type KnownPartner, type SignedIn } from '../../spec-support/identity-spec';

const next = 'another long password';
const wrong = 'a wrong password, long enough';

describe('changing one’s own password', () => {
  let spec: IdentitySpec;
  let partner: KnownPartner;
  let here: SignedIn<PersonCaller>;

  beforeAll(async () => {
    spec = await IdentitySpec.open();
  });
  afterAll(() => spec.close());
  beforeEach(async () => {
    partner = await spec.register();
    here = await spec.begin('production', partner.domain);
  });

  const change = (current = password, by: SignedIn = here) =>
    spec.callIn(identity.changePassword, by, { current, new: next });
  const signIn = (given: string) => spec.begin('production', partner.domain, 'ada', given);
  const isLive = async ({ accessToken }: SignedIn) => (await spec.whoHas('production', accessToken)) !== null;
  const wrongPassword = { code: 'identity.wrong_password', fields: [{ pointer: '/current' }] };

  describe('changed', () => {
    it('the new one is good at once, the old one is not', async () => {
      await change();
      await signIn(next);
      await expect(signIn(password)).rejects.toMatchObject({ code: 'identity.wrong_credentials' });
    });

    it('all other sessions end, this one and those of others go on', async () => {
      await spec.colleague(partner.person, partner.domain, 'grace', 'developer');
      const colleague = await spec.begin('production', partner.domain, 'grace');
      const there = await signIn(password);
      // One was begun when the partner was registered.
      expect(await change()).toEqual({ endedSessions: 2 });
      expect([await isLive(there), await isLive(here), await isLive(colleague)]).toEqual([false, true, true]);
    });

    it('the account is told, and neither password is stored anywhere', async () => {
      await change();
      const { personId, accountId, partnerId } = here.caller;
      expect((await spec.service.published(identity.passwordChanged)).at(-1)).toMatchObject({
        aggregateversion: 2,
        data: { personId, accountId, partnerId, username: 'ada', withLink: false, by: { id: personId } },
      });
      const { rows } = await spec.service.admin.query(
        'select to_json(a)::text from identity.audit a union all select event::text from identity.outbox',
      );
      for (const word of [password, next]) expect(JSON.stringify(rows)).not.toContain(word);
    });

    it('a link that was to replace the old one dies with it', async () => {
      const request = { partnerId: partner.partnerId, environment: 'production' as const, username: 'ada' };
      const { token } = await spec.call(identity.rescuePerson, 'shared', request, spec.staff);
      await change();
      const use = { token: token ?? '', password: 'yet another password' };
      await expect(spec.call(identity.resetPassword, 'production', use, anybody)).rejects.toMatchObject({
        code: 'identity.reset_link_invalid',
      });
    });
  });

  describe('refused', () => {
    it('with a wrong current one: nothing changes, and the attempt is in the audit', async () => {
      const there = await signIn(password);
      await expect(change(wrong)).rejects.toMatchObject(wrongPassword);
      expect(await isLive(there)).toBe(true);
      await signIn(password);
      const acts = (await spec.service.acts()).filter(({ action }) => action === 'identity.change-password.v1');
      expect(acts.at(-1)).toMatchObject({ outcome: 'refused', by: { id: here.caller.personId } });
    });

    it('the fifth wrong one ends the session, also among many at once; others go on', async () => {
      const there = await signIn(password);
      const attempts = await Promise.allSettled(Array.from({ length: 8 }, () => change(wrong)));
      const codes = refusals(attempts).map((error) => (error as { code: string }).code);
      expect(codes.filter((code) => code === 'identity.wrong_password')).toHaveLength(5);
      expect(codes.filter((code) => code === 'session_expired')).toHaveLength(3);
      expect([await isLive(here), await isLive(there)]).toEqual([false, true]);
      await expect(change()).rejects.toMatchObject({ code: 'session_expired' });
    });

    it('a right one in between begins the count anew', async () => {
      for (const round of [1, 2]) {
        for (let time = 0; time < 4; time += 1) await expect(change(wrong)).rejects.toMatchObject(wrongPassword);
        await spec.callIn(identity.changePassword, here, { current: round === 1 ? password : next, new: next });
      }
      expect(await isLive(here)).toBe(true);
    });

    it('where it was changed by another session in the meantime', async () => {
      const result = await overtaken(
        spec.service,
        (admin) =>
          admin.query("update identity.people set password_hash = 'another' where id = $1", [here.caller.personId]),
        () => change(),
      );
      expect(result).toMatchObject({ status: 'rejected', reason: wrongPassword });
    });
  });

  it('of two changes at once, the second finds its password changed', async () => {
    const there = await signIn(password);
    const results = await spec.atOnce({ table: 'people', ids: [here.caller.personId] }, [
      () => change(password, here),
      () => change(password, there),
    ]);
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect([await isLive(here), await isLive(there)].filter(Boolean)).toHaveLength(1);
  });

  describe('of the staff', () => {
    const changeStaff = (by: SignedIn, current: string, given: string) =>
      spec.callIn(identity.changeStaffPassword, by, { current, new: given });

    it('changed alike, and refused alike', async () => {
      const [there, member] = [await spec.beginStaff(), await spec.beginStaff()];
      await expect(changeStaff(member, wrong, next)).rejects.toMatchObject(wrongPassword);
      expect(await changeStaff(member, firstAdmin.password, next)).toEqual({ endedSessions: 1 });
      expect(await spec.authenticatedStaff(there.accessToken)).toBeUndefined();
      expect(await spec.authenticatedStaff(member.accessToken)).toBeDefined();
      await spec.beginStaff({ ...firstAdmin, password: next });
      await expect(spec.beginStaff()).rejects.toMatchObject({ code: 'identity.wrong_credentials' });
      await changeStaff(member, next, firstAdmin.password);
    });
  });
});
