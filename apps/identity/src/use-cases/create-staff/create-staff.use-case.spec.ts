import { identity } from '#libs/contracts';
import { anybody, aStaffMember } from '#libs/testing';
import { IdentitySpec, password } from '../../spec-support/identity-spec';

describe('adding to the staff', () => {
  let spec: IdentitySpec;

  beforeAll(async () => {
    spec = await IdentitySpec.open();
  });
  afterAll(() => spec.close());

  const rosa = (email: string) => ({ email, displayName: 'Rosa', role: 'reviewer' as const, password });
  const create = (email: string) => spec.call(identity.createStaff, 'shared', rosa(email), spec.staff);

  it('added: can sign in, and the password is not told', async () => {
    const member = await create('rosa@provider.example');
    expect(member).toMatchObject({ role: 'reviewer', active: true });
    expect(JSON.stringify(member)).not.toContain(password);
    const credentials = { email: 'rosa@provider.example', password };
    expect(await spec.call(identity.signInStaff, 'shared', credentials, anybody)).toMatchObject({ staff: member });
  });

  describe('refused', () => {
    it('an e-mail address that is taken, and all of five at once but one', async () => {
      const results = await Promise.allSettled(Array.from({ length: 5 }, () => create('twice@provider.example')));
      expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      await expect(create('twice@provider.example')).rejects.toMatchObject({ code: 'identity.email_taken' });
    });

    it('to a reviewer', async () => {
      const request = rosa('another@provider.example');
      await expect(spec.call(identity.createStaff, 'shared', request, aStaffMember('reviewer'))).rejects.toMatchObject({
        code: 'forbidden',
      });
    });
  });

  it('repeated with its Idempotency-Key answers with the same member', async () => {
    const act = () => spec.call(identity.createStaff, 'shared', rosa('again@provider.example'), spec.staff, 'again');
    expect(await act()).toEqual(await act());
  });
});
