import { createInbox, headers, type NatsConnection } from '@nats-io/transport-node';
import { Connections } from '#libs/broker';
import {
  identity,
  replyPrefixOf,
  rpcMethodsOf,
  rpcSubject,
  scopesOf,
  tokens,
  type App,
  type Environment,
  type RequestOf,
} from '#libs/contracts';
import { SystemClock } from '#libs/clock';
import { deriveServiceKey } from '#libs/crypto';
import { SlipwayError } from '#libs/errors';
import { createLogger } from '#libs/observability';
import { anApp, aPerson, specSystem, until } from '#libs/testing';
import { newTraceId } from './request-context';
import { RpcClient } from './rpc-client';
import { RpcServer } from './rpc-server';
import { batchHeader } from './wire';

const log = createLogger('spec', 'fatal');
const clock = new SystemClock();
const subject = rpcSubject(tokens.issueToken, 'sandbox');
const inProduction = rpcSubject(tokens.issueToken, 'production');

const refusal = { outcome: 'refused', refusal: { code: 'invalid_client', message: 'No.' } } as const;

/** `tokens` on one side, `gateway` on the other, a real broker between. */
describe('the transport of RPC methods', () => {
  const opened: Connections[] = [];
  let client: RpcClient;
  let connection: NatsConnection;
  /** Where no other spec plays `identity`. */
  let production: NatsConnection;
  let handled: RequestOf<typeof tokens.issueToken>[];

  const open = async (app: App) => {
    const servers = `nats://${new URL(specSystem().natsUrl).host}`;
    const serviceKey = deriveServiceKey(specSystem().masterKey, app);
    const connections = await Connections.open({ app, serviceKey, servers, scopes: scopesOf(app) }, log);
    opened.push(connections);
    return connections;
  };

  const handle = (request: RequestOf<typeof tokens.issueToken>) => {
    handled.push(request);
    if (request.secret === 'fault') return Promise.reject(new Error('what nobody outside may read'));
    if (request.secret === 'refused') return Promise.reject(new SlipwayError('not_found', 'There is no such key.'));
    return Promise.resolve(refusal);
  };

  const serve = async (handler: (request: RequestOf<typeof tokens.issueToken>) => Promise<unknown>) => {
    const service = await open('tokens');
    const server = new RpcServer('tokens', service, clock, log);
    for (const method of rpcMethodsOf('tokens'))
      for (const scope of method.scopes) server.addHandler(rpcSubject(method, scope), handler);
    await new Promise<void>((resolve) => server.listen(resolve));
    for (const scope of scopesOf('tokens')) await service.of(scope).flush();
    return server;
  };

  beforeAll(async () => {
    await serve(handle);
    const caller = await open('gateway');
    connection = caller.of('sandbox');
    production = caller.of('production');
    client = new RpcClient(caller, clock);
  });
  afterAll(async () => {
    client.onApplicationShutdown();
    await Promise.all(opened.map((connections) => connections.onApplicationShutdown()));
  });
  beforeEach(() => (handled = []));

  const issue = (secret: string, environment: Environment = 'sandbox') =>
    client.call(tokens.issueToken, environment, { applicationId: 'app_sbx_1', secret }, client.systemContext());

  it('hands over each of a batch, and each has its own reply, its own refusal, or a word of a fault', async () => {
    const replies = await Promise.allSettled(['right', 'refused', 'fault', 'right'].map((secret) => issue(secret)));
    expect(replies).toMatchObject([
      { value: refusal },
      { reason: { code: 'not_found', message: 'There is no such key.' } },
      { reason: { code: 'internal', message: expect.not.stringContaining('nobody outside') as unknown } },
      { value: refusal },
    ]);
    expect(handled.map(({ secret }) => secret)).toEqual(['right', 'refused', 'fault', 'right']);
  });

  const anEnvelope = () => ({ caller: anApp('gateway'), traceId: newTraceId(), timeoutMs: 10_000 });
  const request = { applicationId: 'app_sbx_1', secret: 'x' };
  const ownReply = () => createInbox(replyPrefixOf('tokens', 'gateway', 'sandbox'));

  it.each([
    ['no JSON', '{'],
    ['no list', '{}'],
    ['nothing', ''],
    ['of no items', '[]'],
    ['of items that are nothing', '[null, 1, "text", {}]'],
    ['of an item without a context', '[[1]]'],
    ['of an item whose context is nothing', JSON.stringify([[1, null, request]])],
    ['of an item whose context has another shape', JSON.stringify([[1, { deadline: 'soon' }, request]])],
    ['of an item that came too late', JSON.stringify([[1, { ...anEnvelope(), timeoutMs: 0 }, request]])],
    ['of an item without a request', JSON.stringify([[1, anEnvelope()]])],
    [
      'of an item whose caller may not',
      JSON.stringify([[1, { ...anEnvelope(), caller: aPerson('production') }, request]]),
    ],
  ])('a batch %s reaches no handler, and the next one does', async (_what, payload) => {
    const marked = headers();
    marked.set(batchHeader, '1');
    connection.publish(subject, payload, { headers: marked, reply: ownReply() });
    await connection.flush();
    expect(await issue('right')).toEqual(refusal);
    expect(handled).toHaveLength(1);
  });

  it('a call whose reply is for no caller is not handled: a service says nothing in its own name for others', async () => {
    // What tokens may publish itself, beside replies.
    const callOfTokens = rpcSubject(identity.verifyKey, 'production');
    const said: string[] = [];
    const listener = (await open('identity')).of('production');
    listener.subscribe(callOfTokens, { queue: 'identity', callback: (_error, { subject }) => void said.push(subject) });
    await listener.flush();
    for (const reply of [callOfTokens, '$JS.API.STREAM.DELETE.EVENTS_SANDBOX', undefined]) {
      const single = headers();
      single.set('Slipway-Context', JSON.stringify(anEnvelope()));
      production.publish(inProduction, JSON.stringify(request), { reply, headers: single });
      const batch = headers();
      batch.set(batchHeader, '1');
      production.publish(inProduction, JSON.stringify([[1, anEnvelope(), request]]), { reply, headers: batch });
    }
    await production.flush();
    expect(await issue('right', 'production')).toEqual(refusal);
    await listener.flush();
    expect(handled.map(({ secret }) => secret)).toEqual(['right']);
    expect(said).toEqual([]);
  });

  describe('when it stops', () => {
    const isPending = async (promise: Promise<unknown>) =>
      (await Promise.race([promise.then(() => 'done'), connection.flush().then(() => 'pending')])) === 'pending';

    /** A copy that holds what it is given until it is let go. */
    const holdingCopy = async () => {
      const taken: string[] = [];
      let letGo: () => void = () => undefined;
      const held = new Promise<void>((resolve) => (letGo = resolve));
      const server = await serve(async ({ secret }) => {
        taken.push(secret);
        if (secret === 'held') await held;
        return refusal;
      });
      return { server, taken, letGo };
    };

    it('what it has begun is answered before it has stopped, alone or in a batch, and what comes next another copy is given', async () => {
      const copy = await holdingCopy();
      const begun: Promise<unknown>[] = [];
      // In a queue group chance picks the copy.
      await until('the copy to be given two', () => {
        begun.push(issue('held'));
        return Promise.resolve(copy.taken.length >= 2);
      });
      const stopped = copy.server.close();
      await connection.flush();
      const taken = copy.taken.length;
      expect(await isPending(stopped)).toBe(true);
      expect(await Promise.all(Array.from({ length: 50 }, () => issue('next')))).toHaveLength(50);
      expect(copy.taken).toHaveLength(taken);
      copy.letGo();
      await stopped;
      expect(await Promise.all(begun)).toEqual(begun.map(() => refusal));
    });

    it('it does not wait for ever for what does not end', async () => {
      const copy = await holdingCopy();
      const begun: Promise<unknown>[] = [];
      await until('the copy to be given one', () => {
        begun.push(issue('held').catch(() => undefined));
        return Promise.resolve(copy.taken.length >= 1);
      });
      await copy.server.close();
      copy.letGo();
      await Promise.all(begun);
    });
  });
});
