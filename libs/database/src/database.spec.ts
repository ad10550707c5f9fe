import { connect, createServer, type AddressInfo, type Server } from 'node:net';
import { SystemClock } from '#libs/clock';
import { identity, type PartnerId } from '#libs/contracts';
import { deriveServiceKey } from '#libs/crypto';
import { cloneDatabase, until, type SpecDatabase } from '#libs/testing';
import { recordAct } from './audit';
import { Database } from './database';
import { platformTableNames } from './ddl';
import { newId } from './ids';

/** PostgreSQL, 54.7: the messages `ReadyForQuery` (idle) and `ErrorResponse`. */
const readyForQuery = Buffer.from([0x5a, 0, 0, 0, 5, 0x49]);
function errorResponse(fields: Record<string, string>): Buffer {
  const body = Buffer.from(
    `${Object.entries(fields)
      .flatMap(([type, text]) => `${type}${text}\0`)
      .join('')}\0`,
  );
  const head = Buffer.from([0x45, 0, 0, 0, 0]);
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}
const farewell = errorResponse({ S: 'FATAL', V: 'FATAL', C: '57P01', M: 'terminating connection' });

describe('a connection to Postgres', () => {
  let spec: SpecDatabase;
  let proxy: Server;
  let database: Database;
  /** What Postgres is made to say in the packet that tells a new connection that it is ready. */
  let afterReady: Buffer | undefined;

  beforeAll(async () => {
    spec = await cloneDatabase();
    const { hostname, port } = new URL(spec.url);
    proxy = createServer((client) => {
      const server = connect(Number(port), hostname);
      const end = () => [client, server].forEach((socket) => socket.destroy());
      for (const socket of [client, server]) socket.on('error', end).on('close', end);
      client.pipe(server);
      server.on('data', (chunk) => {
        const isReady = chunk.subarray(-readyForQuery.length).equals(readyForQuery);
        if (!isReady || !afterReady) return client.write(chunk);
        client.end(Buffer.concat([chunk, afterReady]));
        afterReady = undefined;
        return undefined;
      });
    });
    await new Promise<void>((done) => proxy.listen(0, '127.0.0.1', done));
    const url = new URL(spec.url);
    url.host = `127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    database = await Database.open({
      service: 'identity',
      serviceKey: deriveServiceKey(spec.masterKey, 'identity'),
      url: url.toString(),
      entities: [],
      scopes: ['sandbox'],
      clock: new SystemClock(),
    });
  });
  afterAll(async () => {
    await database.onApplicationShutdown();
    proxy.close();
    await spec.drop();
  });

  it('may end in the packet that says it is ready: the request is told to come again, and the process goes on', async () => {
    const read = () => database.reading('sandbox', (manager) => manager.query<{ one: number }[]>('select 1 as one'));
    await database.transaction('sandbox', 'a trace', async () => {
      // The pool's one connection is taken, so that it makes another.
      afterReady = farewell;
      await expect(read()).rejects.toMatchObject({ code: 'unavailable' });
      expect(afterReady).toBeUndefined();
    });
    expect(await read()).toEqual([{ one: 1 }]);
  });

  it('may end between two statements of a transaction, which is told to come again', async () => {
    const transaction = database.transaction('sandbox', 'a trace', async ({ manager }) => {
      const [row] = await manager.query<{ pid: number }[]>('select pg_backend_pid() as pid');
      await spec.admin.query('select pg_terminate_backend($1)', [row?.pid]);
      await until('the end to be heard', () => Promise.resolve(manager.queryRunner?.isReleased));
      await manager.query('select 1');
    });
    await expect(transaction).rejects.toMatchObject({ code: 'unavailable' });
  });
});

describe('a database', () => {
  let spec: SpecDatabase;
  let database: Database;

  beforeEach(async () => {
    spec = await cloneDatabase();
    database = await Database.open({
      service: 'identity',
      serviceKey: deriveServiceKey(spec.masterKey, 'identity'),
      url: spec.url,
      entities: [],
      scopes: ['sandbox', 'shared'],
      clock: new SystemClock(),
    });
  });
  afterEach(async () => {
    await database.onApplicationShutdown();
    await spec.drop();
  });

  it('tells of events in the outbox after their commit, and notifies nobody within the transaction', async () => {
    const published: string[] = [];
    const notified: string[] = [];
    database.onPublished((scope) => published.push(scope));
    spec.admin.on('notification', ({ channel }) => notified.push(channel));
    await spec.admin.query('listen outbox_identity_shared');
    const publish = (fail: boolean) =>
      database.transaction('shared', 'a trace', async (tx) => {
        const partnerId = newId<PartnerId>();
        const by = { kind: 'system', id: null, displayName: 'Slipway' } as const;
        const data = { partnerId, by, name: 'Contoso' };
        await tx.publishEvent(identity.partnerRegistered, { id: partnerId, version: 1 }, data);
        expect(published).toEqual([]);
        if (fail) throw new Error('undone');
      });
    await expect(publish(true)).rejects.toThrow('undone');
    await publish(false);
    await database.transaction('sandbox', 'a trace', ({ manager }) => manager.query('select 1'));
    await spec.admin.query('select 1');
    expect({ published, notified }).toEqual({ published: ['shared'], notified: [] });
  });

  it('writes events in their order, and acts, last and in one statement', async () => {
    const by = { kind: 'system', id: null } as const;
    const about = (name: string) => {
      const partnerId = newId<PartnerId>();
      return {
        aggregate: { id: partnerId, version: 1 },
        data: { partnerId, by: { ...by, displayName: 'Slipway' }, name },
      };
    };
    await database.transaction('shared', 'a trace', async (tx) => {
      const first = about('first');
      await recordAct(tx, { by, action: 'one', targets: {}, traceId: 'a trace' });
      await tx.publishEvent(identity.partnerRegistered, first.aggregate, first.data);
      await tx.publishEvents(identity.partnerRegistered, [about('second'), about('third')]);
      await recordAct(tx, { by, action: 'another', targets: {}, traceId: 'a trace' });
      await tx.manager.query(`insert into identity.leases values ('shared', 'work', $1, 1, now())`, [newId()]);
    });
    const { rows } = await spec.admin.query<{ what: string; command: number }>(
      `select event->'data'->>'name' as what, cmin::text::int as command, id::text from identity.outbox
       union all select action, cmin::text::int, id::text from identity.audit
       union all select name, cmin::text::int, 'first' from identity.leases where name = 'work' order by command, id`,
    );
    const [, closing] = new Set(rows.map(({ command }) => command));
    expect(rows.map(({ what }) => what).sort()).toEqual(['another', 'first', 'one', 'second', 'third', 'work']);
    expect(rows.filter(({ command }) => command === closing).map(({ what }) => what)).toEqual(
      expect.arrayContaining(['one', 'another', 'first', 'second', 'third']),
    );
    const inOrder = await spec.admin.query<{ what: string }>(
      `select event->'data'->>'name' as what from identity.outbox order by id`,
    );
    expect(inOrder.rows.map(({ what }) => what)).toEqual(['first', 'second', 'third']);
  });

  it.each(platformTableNames)('is up while %s is there and may be written, and no longer', async (table) => {
    expect(await database.isUp()).toBe(true);
    await spec.admin.query(`revoke insert on identity.${table} from identity_shared`);
    expect(await database.isUp()).toBe(false);
    await spec.admin.query(`grant insert on identity.${table} to identity_shared`);
    expect(await database.isUp()).toBe(true);
    await spec.admin.query(`drop table identity.${table}`);
    expect(await database.isUp()).toBe(false);
  });
});
