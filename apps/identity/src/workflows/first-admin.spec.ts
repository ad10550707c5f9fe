import { identity } from '#libs/contracts';
import { anybody } from '#libs/testing';
import { firstAdmin, IdentitySpec, password } from '../spec-support/identity-spec';
import { FirstAdmin } from './first-admin';

describe('the first administrator', () => {
  let spec: IdentitySpec;

  beforeEach(async () => {
    spec = await IdentitySpec.open({ SLIPWAY_ADMIN_EMAIL: 'Admin@Provider.example' });
  });
  afterEach(() => spec.close());

  const emailsOfStaff = async () => {
    const { items } = await spec.call(identity.listStaff, 'shared', { limit: 10 }, spec.staff);
    return items.map(({ email }) => email).sort();
  };

  it('is made from the settings where there is no staff, and can sign in', async () => {
    expect(await spec.call(identity.signInStaff, 'shared', firstAdmin, anybody)).toMatchObject({
      staff: { email: firstAdmin.email, role: 'admin', active: true },
    });
  });

  it('is made once, by copies that start at the same moment', async () => {
    await spec.service.admin.query('delete from identity.staff');
    const start = () => spec.service.get(FirstAdmin).onApplicationBootstrap();
    const started = await spec.atOnce({ table: 'staff' }, [start, start]);
    expect(started.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled']);
    expect(await emailsOfStaff()).toEqual([firstAdmin.email]);
  });

  it('is in the audit as made by the service itself, once', async () => {
    await spec.service.get(FirstAdmin).onApplicationBootstrap();
    const { items } = await spec.call(identity.listStaff, 'shared', { limit: 10 }, spec.staff);
    expect(await spec.service.acts()).toMatchObject([
      {
        scope: 'shared',
        by: { kind: 'system', id: null },
        action: 'identity.make-first-admin',
        targets: { staffId: items[0]?.id },
      },
    ]);
  });

  it('is not made where there is staff already, nor brought back where it was switched off', async () => {
    const another = { email: 'another@provider.example', displayName: 'Rosa', role: 'admin' as const, password };
    await spec.call(identity.createStaff, 'shared', another, spec.staff);
    await spec.service.admin.query('update identity.staff set active = false where email = $1', [firstAdmin.email]);
    await spec.service.get(FirstAdmin).onApplicationBootstrap();
    expect(await emailsOfStaff()).toEqual([firstAdmin.email, another.email]);
    await expect(spec.call(identity.signInStaff, 'shared', firstAdmin, anybody)).rejects.toMatchObject({
      code: 'identity.wrong_credentials',
    });
  });
});
