import { identity, type PersonCaller } from '#libs/contracts';
import { ada, IdentitySpec, password } from '../../spec-support/identity-spec';

describe('asking for a sandbox', () => {
  let spec: IdentitySpec;

  beforeAll(async () => {
    spec = await IdentitySpec.open();
  });
  afterAll(() => spec.close());

  const request = (person: PersonCaller) => spec.call(identity.requestSandbox, 'shared', { admin: ada }, person);
  const eventsOf = async ({ partnerId }: PersonCaller) =>
    (await spec.service.published(identity.sandboxRequested)).filter(({ data }) => data['partnerId'] === partnerId);

  describe('B2: asked for', () => {
    it('it is provisioning, under the domain reserved for it, until its environment has opened it', async () => {
      const { person, domain } = await spec.register();
      expect(await request(person)).toEqual({ state: 'provisioning', domain: `sandbox.${domain}` });
      expect(await spec.call(identity.getSandbox, 'shared', {}, person)).toMatchObject({
        state: 'provisioning',
        canCreate: false,
      });
      await expect(spec.session('sandbox', `sandbox.${domain}`)).rejects.toMatchObject({
        code: 'identity.wrong_credentials',
      });
    });

    it('is published, without the administrator’s password', async () => {
      const { person } = await spec.register();
      await request(person);
      const events = await eventsOf(person);
      expect(events).toMatchObject([{ aggregateversion: 1, data: { by: { id: person.personId } } }]);
      expect(JSON.stringify(events)).not.toContain(password);
    });
  });

  describe('refused', () => {
    it('B5: a sandbox of a sandbox', async () => {
      const sandbox = await spec.openActiveSandbox(await spec.register());
      await expect(request(sandbox)).rejects.toMatchObject({ code: 'identity.sandbox_of_sandbox' });
    });

    it('B6: a second one, whether the first is open yet or not', async () => {
      const partner = await spec.register();
      await request(partner.person);
      await expect(request(partner.person)).rejects.toMatchObject({ code: 'identity.sandbox_exists' });
      const another = await spec.register();
      await spec.openActiveSandbox(another);
      await expect(request(another.person)).rejects.toMatchObject({ code: 'identity.sandbox_exists' });
    });

    it('all of five at once but one', async () => {
      const { person } = await spec.register();
      const results = await Promise.allSettled(Array.from({ length: 5 }, () => request(person)));
      expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      for (const result of results) {
        if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'identity.sandbox_exists' });
      }
      expect(await eventsOf(person)).toHaveLength(1);
    });

    it('to a developer', async () => {
      const { person, domain } = await spec.register();
      const developer = await spec.colleague(person, domain, 'dev', 'developer');
      await expect(request(developer)).rejects.toMatchObject({ code: 'forbidden' });
    });
  });

  it('repeated with its Idempotency-Key answers the same', async () => {
    const { person } = await spec.register();
    const act = () => spec.call(identity.requestSandbox, 'shared', { admin: ada }, person, 'again');
    expect(await act()).toEqual(await act());
    expect(await eventsOf(person)).toHaveLength(1);
  });
});
