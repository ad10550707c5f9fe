import { identity, type KeyId, type PersonCaller } from '#libs/contracts';
import { anApp, until } from '#libs/testing';
import { IdentitySpec } from '../spec-support/identity-spec';

describe('the last use of a key', () => {
  let spec: IdentitySpec;

  beforeAll(async () => {
    spec = await IdentitySpec.open();
  });
  afterAll(() => spec.close());

  type Pair = Pick<identity.KeyWithSecret, 'applicationId' | 'applicationSecret'>;
  const use = ({ applicationId, applicationSecret }: Pair, address?: string) => {
    const request = { applicationId, secret: applicationSecret ?? '' };
    return spec.service.call(identity.verifyKey, 'production', request, anApp('tokens'), { address });
  };
  const lastUse = async (person: PersonCaller, keyId: KeyId) => {
    const { lastUsedAt, lastUsedAddress } = await spec.call(identity.getKey, 'production', { keyId }, person);
    return { lastUsedAt, lastUsedAddress };
  };

  it('B23: is when its secret was found good, and from where; nothing else is one', async () => {
    const { person } = await spec.registerReady();
    const [key, other] = [await spec.makeKey(person), await spec.makeKey(person)];
    await use({ ...key, applicationSecret: 'a guess' }, '192.0.2.1');
    await use(other, '2001:db8::1');
    await until('the other to be written', async () => (await lastUse(person, other.id)).lastUsedAt !== null);
    expect((await lastUse(person, other.id)).lastUsedAddress).toBe('2001:db8::1');
    expect(await lastUse(person, key.id)).toEqual({ lastUsedAt: null, lastUsedAddress: null });
  });

  it('is the latest, also where it is written while somebody changes the key, or after another copy has', async () => {
    const { person } = await spec.registerReady();
    const key = await spec.makeKey(person);
    await spec.service.admin.query('begin');
    await spec.service.admin.query('select 1 from identity.access_keys where id = $1 for update', [key.id]);
    const usedAtMs = spec.service.clock.now();
    await use(key, '192.0.2.1');
    const bystander = await spec.makeKey((await spec.registerReady()).person);
    await use(bystander);
    await until('another to be written meanwhile', async () => {
      const rows = await spec.service.database
        .read('production')
        .query<unknown[]>('select 1 from identity.access_keys where id = $1 and last_used_at is not null', [
          bystander.id,
        ]);
      return rows.length > 0;
    });
    await spec.service.admin.query('commit');
    await until('it to be written', async () => (await lastUse(person, key.id)).lastUsedAt !== null);
    const { lastUsedAt } = await lastUse(person, key.id);
    expect(Math.abs(Date.parse(lastUsedAt ?? '') - usedAtMs)).toBeLessThan(1_000);
    await spec.service.admin.query(
      `update identity.access_keys set last_used_at = '2100-01-01', last_used_address = '192.0.2.9' where id = $1`,
      [key.id],
    );
    await use(key, '192.0.2.1');
    await use(bystander, '192.0.2.2');
    await until('what came with it to be written', async () => {
      const rows = await spec.service.database
        .read('production')
        .query<unknown[]>(`select 1 from identity.access_keys where id = $1 and last_used_address = '192.0.2.2'`, [
          bystander.id,
        ]);
      return rows.length > 0;
    });
    expect((await lastUse(person, key.id)).lastUsedAddress).toBe('192.0.2.9');
  });
});
