import { identity, type PersonCaller, type SessionId } from '#libs/contracts';
import { anId, anybody } from '#libs/testing';
import { firstAdmin, IdentitySpec, password, type KnownPartner, type SignedIn } from '../../spec-support/identity-spec';

const anHour = 3_600_000;
const page = { limit: 50 };

describe('where somebody is signed in', () => {
  let spec: IdentitySpec;
  let partner: KnownPartner;

  beforeAll(async () => {
    spec = await IdentitySpec.open({ SLIPWAY_SESSIONS_PER_PERSON: '3', SLIPWAY_SESSION_SECONDS: '43200' });
  });
  afterAll(() => spec.close());
  beforeEach(async () => {
    partner = await spec.register();
    await spec.service.admin.query('delete from identity.sessions; delete from identity.staff_sessions');
  });

  const begin = () => spec.begin('production', partner.domain);
  const listOf = async (by: SignedIn) =>
    (await spec.callIn(by.caller.kind === 'staff' ? identity.listStaffSessions : identity.listSessions, by, page))
      .items;
  const isLive = async ({ accessToken }: SignedIn<PersonCaller>) =>
    (await spec.whoHas('production', accessToken)) !== null;
  const rowsOf = async (table: string) =>
    (await spec.service.admin.query<{ last_used_at: Date }>(`select last_used_at from identity.${table}`)).rows;

  describe('listed', () => {
    it('one’s own alone, newest first, with the one that is in use', async () => {
      const request = { username: 'ada', domain: partner.domain, password, userAgent: 'curl/8.5' };
      await spec.service.call(identity.signIn, 'production', request, anybody, { address: '203.0.113.9' });
      const here = await begin();
      await spec.register();
      expect(await listOf(here)).toMatchObject([
        { id: here.session.id, current: true, address: null, userAgent: null },
        { current: false, address: '203.0.113.9', userAgent: 'curl/8.5' },
      ]);
    });

    it('in pages', async () => {
      const sessions = [await begin(), await begin(), await begin()].reverse();
      const [here] = sessions as [SignedIn, ...SignedIn[]];
      const first = await spec.callIn(identity.listSessions, here, { limit: 2 });
      const cursor = first.nextCursor ?? '';
      const second = await spec.callIn(identity.listSessions, here, { limit: 2, cursor });
      const ids = [...first.items, ...second.items].map(({ id }) => id);
      expect(ids).toEqual(sessions.map(({ session }) => session.id));
      expect(second.nextCursor).toBeNull();
    });

    it('what has ended is on the list no more', async () => {
      await begin();
      spec.service.clock.advance(anHour + 1_000);
      expect(await listOf(await begin())).toHaveLength(1);
    });
  });

  describe('ended', () => {
    it('one of one’s own, at once', async () => {
      const [there, here] = [await begin(), await begin()];
      await spec.callIn(identity.endSession, here, { sessionId: there.session.id });
      expect([await isLive(there), await isLive(here)]).toEqual([false, true]);
    });

    it('all the others, and this one goes on', async () => {
      const [there, elsewhere, here] = [await begin(), await begin(), await begin()];
      expect(await spec.callIn(identity.endOtherSessions, here, {})).toEqual({ endedSessions: 2 });
      expect([await isLive(there), await isLive(elsewhere), await isLive(here)]).toEqual([false, false, true]);
    });

    it('never somebody else’s: of another account, of a colleague, of nobody', async () => {
      const another = await spec.register();
      await spec.colleague(partner.person, partner.domain, 'grace', 'global_admin');
      const [here, stranger, colleague] = [
        await begin(),
        await spec.begin('production', another.domain),
        await spec.begin('production', partner.domain, 'grace'),
      ];
      for (const sessionId of [stranger.session.id, colleague.session.id, anId<SessionId>()])
        await expect(spec.callIn(identity.endSession, here, { sessionId })).rejects.toMatchObject({
          code: 'not_found',
        });
      await spec.callIn(identity.endOtherSessions, here, {});
      expect([await isLive(stranger), await isLive(colleague)]).toEqual([true, true]);
    });
  });

  describe('of the staff', () => {
    it('listed and ended alike, and a colleague’s is not found', async () => {
      const email = `rosa-${anId()}@provider.example`;
      const rosa = { email, displayName: 'Rosa', role: 'admin' as const, password: firstAdmin.password };
      await spec.call(identity.createStaff, 'shared', rosa, spec.staff);
      const [there, here, colleague] = [
        await spec.beginStaff(),
        await spec.beginStaff(),
        await spec.beginStaff({ email, password: firstAdmin.password }),
      ];
      expect((await listOf(here)).map(({ id, current }) => [id, current])).toEqual([
        [here.session.id, true],
        [there.session.id, false],
      ]);
      const end = (sessionId: typeof here.session.id) => spec.callIn(identity.endStaffSession, here, { sessionId });
      await expect(end(colleague.session.id)).rejects.toMatchObject({ code: 'not_found' });
      await end(there.session.id);
      expect(await spec.authenticatedStaff(there.accessToken)).toBeUndefined();
      const last = await spec.beginStaff();
      expect(await spec.callIn(identity.endOtherStaffSessions, last, {})).toEqual({ endedSessions: 1 });
      expect(await spec.authenticatedStaff(here.accessToken)).toBeUndefined();
      expect(await spec.authenticatedStaff(colleague.accessToken)).toBeDefined();
    });
  });

  describe('unused for an hour', () => {
    it('a session has ended; one in use goes on', async () => {
      const [unused, used] = [await begin(), await begin()];
      for (let minutes = 0; minutes < 70; minutes += 10) {
        expect(await isLive(used)).toBe(true);
        spec.service.clock.advance(anHour / 6);
      }
      expect([await isLive(unused), await isLive(used)]).toEqual([false, true]);
    });

    it('of the staff alike', async () => {
      const { accessToken } = await spec.beginStaff();
      spec.service.clock.advance(anHour - 1_000);
      expect(await spec.authenticatedStaff(accessToken)).toBeDefined();
      spec.service.clock.advance(anHour + 1_000);
      expect(await spec.authenticatedStaff(accessToken)).toBeUndefined();
    });

    it('in use or not, it ends after twelve', async () => {
      const { accessToken } = await begin();
      for (let hours = 0; hours < 12; hours += 0.5) {
        expect(await spec.whoHas('production', accessToken)).not.toBeNull();
        spec.service.clock.advance(anHour / 2);
      }
      expect(await spec.whoHas('production', accessToken)).toBeNull();
    });

    it.each([
      ['sessions', begin],
      ['staff_sessions', () => spec.beginStaff()],
    ])('a use is written once a minute at most: %s', async (table, start) => {
      const { accessToken, caller } = await start();
      const use = () =>
        caller.kind === 'staff' ? spec.authenticatedStaff(accessToken) : spec.whoHas('production', accessToken);
      const [atFirst] = await rowsOf(table);
      spec.service.clock.advance(50_000);
      await use();
      expect(await rowsOf(table)).toEqual([atFirst]);
      spec.service.clock.advance(11_000);
      await Promise.all([use(), use(), use()]);
      const [later] = await rowsOf(table);
      expect(later?.last_used_at.getTime()).toBeGreaterThan(Number(atFirst?.last_used_at) + 60_000);
      await use();
      expect(await rowsOf(table)).toEqual([later]);
    });
  });

  describe('more than a person may have', () => {
    it('the one that was used longest ago ends, and nobody else’s', async () => {
      const another = await spec.register();
      const stranger = await spec.begin('production', another.domain);
      const first = await begin();
      spec.service.clock.advance(120_000);
      const [second, third] = [await begin(), await begin()];
      expect(await isLive(first)).toBe(true);
      await begin();
      const live = [await isLive(first), await isLive(second), await isLive(third), await isLive(stranger)];
      expect(live).toEqual([true, false, true, true]);
    });

    it('of sign-ins at once, no more stay than may', async () => {
      const results = await spec.atOnce(
        { table: 'people', ids: [partner.person.personId] },
        Array.from({ length: 4 }, () => () => spec.session('production', partner.domain)),
      );
      expect(results.map(({ status }) => status)).toEqual(Array.from({ length: 4 }, () => 'fulfilled'));
      expect(await rowsOf('sessions')).toHaveLength(3);
    });

    it('of the staff alike', async () => {
      const [first] = [await spec.beginStaff(), await spec.beginStaff(), await spec.beginStaff()];
      await spec.beginStaff();
      expect(await spec.authenticatedStaff(first.accessToken)).toBeUndefined();
      expect(await rowsOf('staff_sessions')).toHaveLength(3);
    });
  });
});
