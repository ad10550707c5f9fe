import { identity, type PersonCaller } from '#libs/contracts';
import { builtInPolicy } from '../../domain/sandbox-policy';
import { IdentitySpec } from '../../spec-support/identity-spec';

describe('completing the set-up of a sandbox', () => {
  let spec: IdentitySpec;

  beforeAll(async () => {
    spec = await IdentitySpec.open();
  });
  afterAll(() => spec.close());

  const complete = (person: PersonCaller, policyVersion?: string) =>
    spec.call(identity.completeSetup, person.environment, { acceptPolicy: true, policyVersion }, person);
  const eventsOf = async ({ accountId }: PersonCaller) =>
    (await spec.service.published(identity.accountActivated)).filter(({ subject }) => subject === accountId);

  describe('B7: completed', () => {
    it('the account is active, and who accepted which policy and when is recorded', async () => {
      const person = await spec.openSandbox(await spec.register());
      const policy = await spec.call(identity.getSandboxPolicy, 'shared', {}, person);
      const account = await complete(person, policy.version);
      expect(account).toMatchObject({ state: 'active', apiAccess: false, policyVersion: policy.version });
      const { rows } = await spec.service.admin.query<{ policy_accepted_by: string; policy_accepted_at: Date }>(
        'select policy_accepted_by, policy_accepted_at from identity.accounts where id = $1',
        [person.accountId],
      );
      expect(rows[0]?.policy_accepted_by).toBe(person.personId);
      expect(rows[0]?.policy_accepted_at.toISOString()).toBe(account.policyAcceptedAt);
    });

    it('is published', async () => {
      const person = await spec.openSandbox(await spec.register());
      await complete(person);
      expect(await eventsOf(person)).toMatchObject([{ aggregateversion: 2, data: { partnerId: person.partnerId } }]);
    });
  });

  it('B7: without saying which policy was read, the one in force is accepted', async () => {
    const person = await spec.openSandbox(await spec.register());
    expect(await spec.call(identity.getAccount, 'sandbox', {}, person)).toMatchObject({ policyVersion: null });
    expect(await complete(person)).toMatchObject({ policyVersion: builtInPolicy.version });
  });

  describe('refused', () => {
    it('a policy that is not in force any more, with the one that is', async () => {
      const person = await spec.openSandbox(await spec.register());
      await expect(complete(person, 'of last year')).rejects.toMatchObject({
        code: 'identity.policy_changed',
        detail: { version: builtInPolicy.version },
      });
      expect(await spec.call(identity.getAccount, 'sandbox', {}, person)).toMatchObject({ state: 'awaiting_setup' });
    });

    it('an account that is set up already', async () => {
      const person = await spec.openActiveSandbox(await spec.register());
      await expect(complete(person)).rejects.toMatchObject({
        code: 'identity.not_awaiting_setup',
        detail: { state: 'active' },
      });
      expect(await eventsOf(person)).toHaveLength(1);
    });

    it('a primary account, which needs none', async () => {
      const { person } = await spec.register();
      await expect(complete(person)).rejects.toMatchObject({ code: 'identity.not_awaiting_setup' });
    });

    it('to a developer', async () => {
      const partner = await spec.register();
      const person = await spec.openSandbox(partner);
      const developer = await spec.colleague(person, `sandbox.${partner.domain}`, 'dev', 'developer');
      await expect(complete(developer)).rejects.toMatchObject({ code: 'forbidden' });
    });

    it('all of four at once but one', async () => {
      const person = await spec.openSandbox(await spec.register());
      const results = await spec.atOnce(
        { table: 'accounts', ids: [person.accountId] },
        Array.from({ length: 4 }, () => () => complete(person)),
      );
      expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      expect(await eventsOf(person)).toHaveLength(1);
    });
  });

  it('repeated with its Idempotency-Key answers the same', async () => {
    const person = await spec.openSandbox(await spec.register());
    const act = () => spec.call(identity.completeSetup, 'sandbox', { acceptPolicy: true }, person, 'again');
    expect(await act()).toEqual(await act());
  });

  it("accepts the provider's own policy from when it has one; another that was read before is refused", async () => {
    const before = await spec.openSandbox(await spec.register());
    const read = () => spec.call(identity.getSandboxPolicy, 'shared', {}, before);
    expect(await read()).toEqual({ version: builtInPolicy.version, text: builtInPolicy.text });
    const provider = { name: 'Fabrikam', contact: { email: null, url: null }, reviewDays: null };
    const put = (text: string) =>
      spec.call(identity.setProvider, 'shared', { ...provider, policy: { text } } as never, spec.staff);
    await put('Test here, and nothing else.');
    expect(await read()).toEqual({ version: '1', text: 'Test here, and nothing else.' });
    await expect(complete(before, builtInPolicy.version)).rejects.toMatchObject({ code: 'identity.policy_changed' });
    await put('Test here.');
    expect(await complete(before, '2')).toMatchObject({ policyVersion: '2' });
  });
});
