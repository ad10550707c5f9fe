import { identity, type PersonCaller } from '#libs/contracts';
import { address, audited } from '#libs/testing';
import { peopleMax } from '../../domain/bounds';
import { ada, IdentitySpec, password } from '../../spec-support/identity-spec';

describe('adding a person', () => {
  let spec: IdentitySpec;

  beforeAll(async () => {
    spec = await IdentitySpec.open();
  });
  afterAll(() => spec.close());

  const grace = { ...ada, username: 'grace', role: 'developer' as const };
  const add = (by: PersonCaller) => spec.call(identity.addPerson, by.environment, grace, by);

  describe('added', () => {
    it('can sign in, with the role that was given', async () => {
      const { person, domain } = await spec.register();
      const added = await add(person);
      expect(added).toMatchObject({ username: 'grace', role: 'developer' });
      expect(JSON.stringify(added)).not.toContain(password);
      expect(await spec.signIn('production', domain, 'grace')).toMatchObject({
        personId: added.id,
        accountId: person.accountId,
        roles: ['developer'],
      });
    });

    it('B4: the same username in the other account is somebody else', async () => {
      const partner = await spec.register();
      const sandbox = await spec.openSandbox(partner);
      const here = await add(partner.person);
      const there = await add(sandbox);
      expect(there.id).not.toBe(here.id);
      await expect(spec.session('production', `sandbox.${partner.domain}`, 'grace')).rejects.toMatchObject({
        code: 'identity.wrong_credentials',
      });
    });
  });

  it('is one row of the audit log, by ids alone: neither name nor password', async () => {
    const { person } = await spec.register();
    const { rows, traceId, reply } = await audited(spec.service, identity.addPerson, 'production', grace, person);
    if (reply.status === 'rejected') throw reply.reason;
    expect(rows).toEqual([
      {
        scope: 'production',
        id: expect.any(String),
        at: expect.any(Date),
        actor_kind: 'person',
        actor_id: person.personId,
        action: 'identity.add-person.v1',
        outcome: 'done',
        targets: {
          id: reply.value.id,
          role: 'developer',
          accountId: person.accountId,
          partnerId: person.partnerId,
          environment: 'production',
        },
        address,
        trace_id: traceId,
      },
    ]);
  });

  describe('refused', () => {
    it('a username that is taken, at its field', async () => {
      const { person } = await spec.register();
      await add(person);
      await expect(add(person)).rejects.toMatchObject({
        code: 'identity.username_taken',
        fields: [{ pointer: '/username' }],
      });
    });

    it('all of five at once but one', async () => {
      const { person } = await spec.register();
      const results = await Promise.allSettled(Array.from({ length: 5 }, () => add(person)));
      expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      const { items } = await spec.call(identity.listPeople, 'production', { limit: 10 }, person);
      expect(items.map(({ username }) => username)).toEqual(['ada', 'grace']);
    });

    it('more than an account can have, of two who come at once too', async () => {
      const { person } = await spec.register();
      await spec.service.admin.query(
        `insert into identity.people
           select (jsonb_populate_record(p, jsonb_build_object('id', gen_random_uuid(), 'username', 'dev-' || number))).*
         from identity.people p, generate_series(3, $2) number where p.id = $1`,
        [person.personId, peopleMax],
      );
      const results = await spec.atOnce({ table: 'people' }, [
        () => add(person),
        () => spec.call(identity.addPerson, 'production', { ...grace, username: 'another' }, person),
      ]);
      expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      const refusal: unknown = expect.objectContaining({ code: 'identity.people_limit_reached' });
      expect(results).toContainEqual({ status: 'rejected', reason: refusal });
    });

    it('to a developer', async () => {
      const { person, domain } = await spec.register();
      const developer = await spec.colleague(person, domain, 'dev', 'developer');
      await expect(add(developer)).rejects.toMatchObject({ code: 'forbidden' });
    });
  });

  it('repeated with its Idempotency-Key answers with the same person', async () => {
    const { person } = await spec.register();
    const act = () => spec.call(identity.addPerson, 'production', grace, person, 'again');
    expect(await act()).toEqual(await act());
  });
});
