import { identity, type PartnerRole, type PersonCaller, type PersonId } from '#libs/contracts';
import { anId, overtaken } from '#libs/testing';
import { ada, IdentitySpec } from '../../spec-support/identity-spec';

describe('changing a role', () => {
  let spec: IdentitySpec;

  beforeAll(async () => {
    spec = await IdentitySpec.open();
  });
  afterAll(() => spec.close());

  const change = (personId: PersonId, role: PartnerRole, by: PersonCaller) =>
    spec.call(identity.changeRole, by.environment, { personId, role }, by);

  describe('changed', () => {
    it('it holds for sessions that are live, at their next request', async () => {
      const { person, domain } = await spec.register();
      const { personId } = await spec.colleague(person, domain, 'grace', 'developer');
      const { accessToken } = await spec.session('production', domain, 'grace');
      const rolesNow = async () => (await spec.whoHas('production', accessToken))?.roles;
      expect(await change(personId, 'global_admin', person)).toMatchObject({ id: personId, role: 'global_admin' });
      expect(await rolesNow()).toEqual(['global_admin']);
      await change(personId, 'developer', person);
      expect(await rolesNow()).toEqual(['developer']);
    });

    it('the account is told who did it; the same role again tells nobody', async () => {
      const { person, domain } = await spec.register();
      const { personId } = await spec.colleague(person, domain, 'grace', 'developer');
      await change(personId, 'global_admin', person);
      await change(personId, 'global_admin', person);
      const published = (await spec.service.published(identity.roleChanged)).filter(
        ({ data }) => data['personId'] === personId,
      );
      expect(published).toMatchObject([
        { aggregateversion: 2, data: { role: 'global_admin', username: 'grace', by: { id: person.personId } } },
      ]);
    });

    it('an act of theirs under way that needed the old role has no effect', async () => {
      const { person, domain } = await spec.register();
      const grace = await spec.colleague(person, domain, 'grace', 'global_admin');
      const request = { ...ada, username: 'eve', role: 'global_admin' as const };
      const result = await overtaken(
        spec.service,
        (admin) => admin.query("update identity.people set role = 'developer' where id = $1", [grace.personId]),
        () => spec.call(identity.addPerson, 'production', request, grace),
      );
      expect(result).toMatchObject({ status: 'rejected', reason: { code: 'forbidden' } });
    });
  });

  describe('refused', () => {
    it('to the last global admin, however many developers there are', async () => {
      const { person, domain } = await spec.register();
      await spec.colleague(person, domain, 'grace', 'developer');
      await expect(change(person.personId, 'developer', person)).rejects.toMatchObject({
        code: 'identity.last_global_admin',
      });
    });

    it('one of two global admins who demote each other at once', async () => {
      const { person, domain } = await spec.register();
      const another = await spec.colleague(person, domain, 'grace', 'global_admin');
      const results = await spec.atOnce({ table: 'accounts', ids: [person.accountId] }, [
        () => change(another.personId, 'developer', person),
        () => change(person.personId, 'developer', another),
      ]);
      expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
      const { rows } = await spec.service.admin.query(
        "select 1 from identity.people where account_id = $1 and role = 'global_admin'",
        [person.accountId],
      );
      expect(rows).toHaveLength(1);
    });

    it('one of two, where one demotes and the other removes at once', async () => {
      const { person, domain } = await spec.register();
      const another = await spec.colleague(person, domain, 'grace', 'global_admin');
      const results = await spec.atOnce<unknown>({ table: 'accounts', ids: [person.accountId] }, [
        () => change(another.personId, 'developer', person),
        () => spec.call(identity.removePerson, 'production', { personId: person.personId }, another),
      ]);
      expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    });

    it('to a developer', async () => {
      const { person, domain } = await spec.register();
      const developer = await spec.colleague(person, domain, 'grace', 'developer');
      await expect(change(developer.personId, 'global_admin', developer)).rejects.toMatchObject({ code: 'forbidden' });
    });
  });

  it('somebody of another partner, and nobody: not found', async () => {
    const [{ person }, { person: stranger }] = [await spec.register(), await spec.register()];
    for (const personId of [stranger.personId, anId<PersonId>()])
      await expect(change(personId, 'developer', person)).rejects.toMatchObject({ code: 'not_found' });
  });
});
