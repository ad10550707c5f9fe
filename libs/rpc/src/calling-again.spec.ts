import { Connections } from '#libs/broker';
import { SystemClock } from '#libs/clock';
import {
  notifications,
  replyPrefixOf,
  rpcMethodsOf,
  rpcSubject,
  scopesOf,
  subscriptions,
  type App,
  type PlanId,
} from '#libs/contracts';
import { deriveServiceKey } from '#libs/crypto';
import { SlipwayError, unavailable } from '#libs/errors';
import { createLogger } from '#libs/observability';
import { anId, aPerson, aSession, specSystem, until } from '#libs/testing';
import { newTraceId, type RpcContext } from './request-context';
import { RpcClient } from './rpc-client';
import { RpcServer } from './rpc-server';

const log = createLogger('spec', 'fatal');
const clock = new SystemClock();
const never = new Promise<never>(() => undefined);
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** What a copy does with a call, given how many had been received before, by whatever copy. */
type Handle = (before: number, context: RpcContext) => unknown;

/** Two copies of `subscriptions` and a `gateway`, a real broker between. */
describe('a call without a reply', () => {
  const opened: Connections[] = [];
  const servers: RpcServer[] = [];
  let client: RpcClient;
  /** Of the last call, and what has been received for it. */
  let traceId: string;
  let received: RpcContext[];
  let handle: Handle;

  const open = async (app: App) => {
    const serviceKey = deriveServiceKey(specSystem().masterKey, app);
    const address = `nats://${new URL(specSystem().natsUrl).host}`;
    const connections = await Connections.open({ app, serviceKey, servers: address, scopes: scopesOf(app) }, log);
    opened.push(connections);
    return connections;
  };
  const startCopy = async () => {
    const connections = await open('subscriptions');
    const server = new RpcServer('subscriptions', connections, clock, log);
    servers.push(server);
    for (const method of rpcMethodsOf('subscriptions'))
      for (const scope of method.scopes)
        server.addHandler(rpcSubject(method, scope), (_request: unknown, context: RpcContext) => {
          // What all copies were sent for a call before, and only this one has read now.
          if (context.traceId !== traceId) return Promise.resolve(null);
          received.push(context);
          return Promise.resolve(handle(received.length - 1, context));
        });
    await new Promise<void>((resolve) => server.listen(resolve));
    for (const scope of scopesOf('subscriptions')) await connections.of(scope).flush();
  };

  beforeAll(async () => {
    await startCopy();
    await startCopy();
    client = new RpcClient(await open('gateway'), clock);
  });
  afterAll(async () => {
    client.onApplicationShutdown();
    for (const server of servers) await server.close();
    await Promise.all(opened.map((connections) => connections.onApplicationShutdown()));
  });
  const caller = aPerson('sandbox');
  const contextFor = (forMs: number) => {
    received = [];
    traceId = newTraceId();
    return { caller, session: aSession(), traceId, deadline: clock.monotonic() + forMs };
  };
  const read = (forMs = 4_000) => client.call(subscriptions.listSubscriptions, 'shared', {}, contextFor(forMs));
  const write = (forMs = 4_000, idempotencyKey?: string) =>
    client.call(
      subscriptions.createSubscription,
      'shared',
      { planId: anId<PlanId>(), name: 'Integration' },
      { ...contextFor(forMs), idempotencyKey },
    );

  it('is made of all copies, where it reads, and the first reply wins', async () => {
    handle = (before) => (before === 0 ? never : { before });
    const startedAt = performance.now();
    expect(await read()).toEqual({ before: 1 });
    expect(performance.now() - startedAt).toBeLessThan(2_000);
    await until('all copies', () => Promise.resolve(received.length === 3));
  });

  it('is not made again where the reply comes in time', async () => {
    handle = (before) => ({ before });
    expect(await read()).toEqual({ before: 0 });
    expect(received).toHaveLength(1);
  });

  it('still takes the reply of whoever was called first', async () => {
    handle = (before) => (before === 0 ? pause(800).then(() => ({ before })) : never);
    expect(await read()).toEqual({ before: 0 });
  });

  it('is an act: it is sent again with the same Idempotency-Key, which the edge gives it', async () => {
    handle = (before) => (before === 0 ? never : { before });
    expect(await write()).toEqual({ before: 1 });
    await until('all copies', () => Promise.resolve(received.length >= 3));
    const keys = new Set(received.map(({ idempotencyKey }) => idempotencyKey));
    expect([...keys]).toEqual([expect.any(String)]);

    await write(undefined, 'my own');
    expect(new Set(received.map(({ idempotencyKey }) => idempotencyKey))).toEqual(new Set(['my own']));
  });

  it('is an act: that the first is still at work on it is waited for', async () => {
    handle = (before) =>
      before === 0
        ? pause(2_600).then(() => ({ before }))
        : Promise.reject(new SlipwayError('idempotency.in_progress', 'Wait.'));
    expect(await write()).toEqual({ before: 0 });
    expect(received.length).toBeGreaterThan(1);
    // Whoever repeats it themselves is told.
    handle = () => Promise.reject(new SlipwayError('idempotency.in_progress', 'Wait.'));
    await expect(write()).rejects.toMatchObject({ code: 'idempotency.in_progress' });
  });

  it('is an act: a reply from the record gives way to the first, which alone shows a secret', async () => {
    handle = (before, context) => {
      if (before === 0) return pause(2_600).then(() => ({ secret: 'shown once' }));
      context.replayed = true;
      return { secret: null };
    };
    expect(await write()).toEqual({ secret: 'shown once' });
    // Whoever did it has died since.
    handle = (before, context) => {
      if (before === 0) return never;
      context.replayed = true;
      return { secret: null };
    };
    expect(await write()).toEqual({ secret: null });
  });

  it('is an act: one copy in trouble does not speak for the others', async () => {
    handle = (before) => {
      if (before === 0) return never;
      return before === 1 ? Promise.reject(unavailable()) : pause(100).then(() => ({ before }));
    };
    expect(await write()).toEqual({ before: 2 });
  });

  it('is an act that may not be repeated: it is sent once', async () => {
    handle = () => never;
    const once = { ...subscriptions.createSubscription, again: 'never' as const };
    await expect(
      client.call(once, 'shared', { planId: anId<PlanId>(), name: 'Integration' }, contextFor(1_000)),
    ).rejects.toMatchObject({ code: 'unavailable' });
    expect(received).toHaveLength(1);
    expect(received[0]?.idempotencyKey).toBeUndefined();
  });

  it('of a copy that read it too late is made again: nothing had begun', async () => {
    handle = (before) => ({ before });
    const stale = { ...contextFor(1_000), deadline: clock.monotonic() + 0.5 };
    await expect(client.call(subscriptions.listSubscriptions, 'shared', {}, stale)).rejects.toMatchObject({
      code: 'unavailable',
    });
    expect(received).toHaveLength(0);
  });
});

/** Copies of the release before do not hear what is for all. */
describe('a call without a reply, among copies of the release before', () => {
  it('is made again of one of them', async () => {
    const address = `nats://${new URL(specSystem().natsUrl).host}`;
    const opened = await Promise.all(
      (['notifications', 'gateway'] as const).map((app) =>
        Connections.open(
          {
            ...{ app, serviceKey: deriveServiceKey(specSystem().masterKey, app) },
            ...{ servers: address, scopes: ['sandbox'] },
          },
          log,
        ),
      ),
    );
    const [old, edge] = opened;
    if (!old || !edge) throw new Error('not opened');
    const client = new RpcClient(edge, clock);
    try {
      const subject = rpcSubject(notifications.listMessages, 'sandbox');
      const prefix = replyPrefixOf('notifications', 'gateway', 'sandbox');
      let messages = 0;
      old.of('sandbox').subscribe(subject, {
        queue: 'notifications',
        callback: (_error, message) => {
          messages += 1;
          if (messages > 1 && message.reply?.startsWith(prefix)) message.respond('{"items":[]}');
        },
      });
      await old.of('sandbox').flush();
      const context = { caller: aPerson('sandbox'), traceId: newTraceId(), deadline: clock.monotonic() + 2_000 };
      expect(await client.call(notifications.listMessages, 'sandbox', {}, context)).toEqual({ items: [] });
      expect(messages).toBe(2);
    } finally {
      client.onApplicationShutdown();
      await Promise.all(opened.map((connections) => connections.onApplicationShutdown()));
    }
  });
});
