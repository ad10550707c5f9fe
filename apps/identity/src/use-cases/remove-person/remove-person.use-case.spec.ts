import { identity, type PersonCaller, type PersonId } from '#libs/contracts';
import { anId } from '#libs/testing';
import { IdentitySpec } from '../../spec-support/identity-spec';

describe('removing a person', () => {
  let spec: IdentitySpec;

  beforeAll(async () => {
    spec = await IdentitySpec.open();
  });
  afterAll(() => spec.close());

  const remove = (personId: PersonId, by: PersonCaller) =>
    spec.call(identity.removePerson, by.environment, { personId }, by);
  const usernamesOf = async (person: PersonCaller) => {
    const { items } = await spec.call(identity.listPeople, person.environment, { limit: 10 }, person);
    return items.map(({ username }) => username);
  };

  describe('removed', () => {
    it('their sessions end with them, and nobody signs in as them', async () => {
      const { person, domain } = await spec.register();
      const colleague = await spec.colleague(person, domain, 'grace', 'developer');
      const { accessToken } = await spec.session('production', domain, 'grace');
      await remove(colleague.personId, person);
      expect(await spec.whoHas('production', accessToken)).toBeNull();
      await expect(spec.session('production', domain, 'grace')).rejects.toMatchObject({
        code: 'identity.wrong_credentials',
      });
    });

    it('B31: the tokens they made without a secret end with them, and not those of their colleagues', async () => {
      const { person, domain } = await spec.register();
      const colleague = await spec.colleague(person, domain, 'grace', 'developer');
      const ended = await spec.endedBy('production', () => remove(colleague.personId, person));
      expect(ended).toEqual([['person', colleague.personId]]);
    });

    it('a global admin, where another stays', async () => {
      const { person, domain } = await spec.register();
      const another = await spec.colleague(person, domain, 'grace', 'global_admin');
      await remove(person.personId, another);
      expect(await usernamesOf(another)).toEqual(['grace']);
    });
  });

  describe('refused', () => {
    it('the last global admin, however many developers there are', async () => {
      const { person, domain } = await spec.register();
      await spec.colleague(person, domain, 'dev', 'developer');
      await expect(remove(person.personId, person)).rejects.toMatchObject({ code: 'identity.last_global_admin' });
      expect(await usernamesOf(person)).toEqual(['ada', 'dev']);
    });

    it('one of two global admins who remove each other at once', async () => {
      const { person, domain } = await spec.register();
      const another = await spec.colleague(person, domain, 'grace', 'global_admin');
      const results = await spec.atOnce({ table: 'people', ids: [person.personId, another.personId] }, [
        () => remove(another.personId, person),
        () => remove(person.personId, another),
      ]);
      expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
      expect(await usernamesOf(person)).toHaveLength(1);
    });

    it('to a developer', async () => {
      const { person, domain } = await spec.register();
      const developer = await spec.colleague(person, domain, 'dev', 'developer');
      await expect(remove(person.personId, developer)).rejects.toMatchObject({ code: 'forbidden' });
    });
  });

  describe('not found', () => {
    it('somebody of another partner, who stays', async () => {
      const { person } = await spec.register();
      const { person: stranger } = await spec.register();
      await expect(remove(person.personId, stranger)).rejects.toMatchObject({ code: 'not_found' });
      expect(await usernamesOf(person)).toEqual(['ada']);
    });

    it('nobody', async () => {
      const { person } = await spec.register();
      await expect(remove(anId(), person)).rejects.toMatchObject({ code: 'not_found' });
    });
  });
});
