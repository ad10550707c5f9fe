import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { databasePassword, deriveServiceKey } from '#libs/crypto';
import { cloneDatabase, type SpecDatabase } from '#libs/testing';
import { Leases, stillHeld, type Lease } from './lease';

describe('a lease', () => {
  let spec: SpecDatabase;
  let client: Client;
  const first = new Leases('identity');
  const second = new Leases('identity');

  beforeAll(async () => {
    spec = await cloneDatabase();
    const address = new URL(spec.url);
    address.username = 'identity_shared';
    address.password = databasePassword(deriveServiceKey(spec.masterKey, 'identity'), 'shared');
    client = new Client({ connectionString: address.toString() });
    await client.connect();
  });
  afterAll(async () => {
    await client.end();
    await spec.drop();
  });

  const taken = async (leases: Leases, name: string): Promise<Lease> => {
    const lease = await leases.acquire(client, 'shared', name);
    if (!lease) throw new Error('the lease was not given');
    return lease;
  };
  const runOut = (name: string) =>
    spec.admin.query(`update identity.leases set expires_at = now() where name = $1`, [name]);
  const isHeld = async (lease: Lease) =>
    (await client.query<{ held: boolean }>(`select ${stillHeld('identity', lease)} as held`)).rows[0]?.held;

  it('is given to one holder, who prolongs it under the same epoch', async () => {
    const name = randomUUID();
    const lease = await taken(first, name);
    expect(await second.acquire(client, 'shared', name)).toBeUndefined();
    expect(await taken(first, name)).toEqual(lease);
  });

  it('goes to another once it has run out, under a higher epoch, and fences the holder before', async () => {
    const name = randomUUID();
    const before = await taken(first, name);
    expect(await isHeld(before)).toBe(true);
    await runOut(name);
    expect(await isHeld(before)).toBe(false);
    const after = await taken(second, name);
    expect(Number(after.epoch)).toBeGreaterThan(Number(before.epoch));
    expect([await isHeld(before), await isHeld(after)]).toEqual([false, true]);
    expect(await first.acquire(client, 'shared', name)).toBeUndefined();
  });

  it('comes back under a higher epoch to who let it run out: somebody may have had it in between', async () => {
    const name = randomUUID();
    const before = await taken(first, name);
    await runOut(name);
    expect(Number((await taken(first, name)).epoch)).toBeGreaterThan(Number(before.epoch));
  });

  it('that is given back is free at once; who has lost it gives nothing back', async () => {
    const name = randomUUID();
    const lease = await taken(first, name);
    await first.release(client, lease);
    const next = await taken(second, name);
    await first.release(client, lease);
    expect(await isHeld(next)).toBe(true);
  });

  it('is had by one of many who ask at once', async () => {
    const name = randomUUID();
    const everybody = Array.from({ length: 10 }, () => new Leases('identity'));
    const given = await Promise.all(everybody.map((leases) => leases.acquire(client, 'shared', name)));
    expect(given.filter(Boolean)).toHaveLength(1);
  });
});
