import { setImmediate as nextTurn } from 'node:timers/promises';
import { NoRespondersError, type Msg, type NatsConnection } from '@nats-io/transport-node';
import { Connections } from '#libs/broker';
import { identity, replyPrefixOf, rpcSubject, type App } from '#libs/contracts';
import { deriveServiceKey } from '#libs/crypto';
import { createLogger } from '#libs/observability';
import { anApp, BrokerLink, ManualClock, specSystem, until } from '#libs/testing';
import { BatchSender } from './batch-sender';
import { newTraceId, type RequestContext } from './request-context';
import { RpcClient } from './rpc-client';
import { batchHeader, type BatchRequestItem } from './wire';

const subjects = [rpcSubject(identity.verifyKey, 'sandbox'), rpcSubject(identity.verifyOwnKey, 'sandbox')] as const;
const [subject] = subjects;
const kilobytes = (count: number) => 'x'.repeat(count * 1_024);

/** One message as `identity` receives it, answered by the spec. */
class ReceivedBatch {
  readonly items: BatchRequestItem[];

  constructor(private readonly message: Msg) {
    this.items = message.json();
  }

  get isMarked(): boolean {
    return this.message.headers?.has(batchHeader) ?? false;
  }

  get requests(): unknown[] {
    return this.items.map(([, , request]) => request);
  }

  /** By the requests: each is answered with what was asked. */
  reply(requests = this.requests): void {
    this.respond(
      this.items.filter(([, , request]) => requests.includes(request)).map(([id, , request]) => [id, 1, request]),
    );
  }

  idOf(request: unknown): number {
    return this.items.find((item) => item[2] === request)?.[0] ?? 0;
  }

  respond(reply: unknown): void {
    this.message.respond(typeof reply === 'string' ? reply : JSON.stringify(reply));
  }
}

/** `tokens` asks `identity`, over a real broker with their own users. */
describe('the batch sender', () => {
  const opened: Connections[] = [];
  let link: BrokerLink;
  let callerSide: Connections;
  let identityConnection: NatsConnection;
  let clock: ManualClock;
  let sender: BatchSender;
  let received: ReceivedBatch[];

  const open = async (app: App, servers: string) => {
    const serviceKey = deriveServiceKey(specSystem().masterKey, app);
    const settings = { app, serviceKey, servers, scopes: ['sandbox'] as const };
    const connections = await Connections.open(settings, createLogger('spec', 'fatal'));
    opened.push(connections);
    return connections;
  };

  beforeAll(async () => {
    link = await BrokerLink.to(specSystem().natsUrl);
    callerSide = await open('tokens', link.url);
    identityConnection = (await open('identity', `nats://${new URL(specSystem().natsUrl).host}`)).of('sandbox');
  });
  afterAll(async () => {
    await Promise.all(opened.map((connections) => connections.onApplicationShutdown()));
    await link.cut();
  });
  beforeEach(async () => {
    clock = new ManualClock();
    sender = new BatchSender(callerSide.of('sandbox'), replyPrefixOf('identity', 'tokens', 'sandbox'), clock);
    received = [];
    await listen();
  });
  afterEach(async () => {
    sender.close();
    for (const subscription of subscriptions.splice(0)) await subscription.drain();
  });

  const subscriptions: { drain(): Promise<void> }[] = [];
  async function listen() {
    for (const each of subjects)
      subscriptions.push(
        identityConnection.subscribe(each, {
          queue: 'identity',
          callback: (_error, message) => void received.push(new ReceivedBatch(message)),
        }),
      );
    await identityConnection.flush();
  }
  const aContext = (forMs = 10_000): RequestContext => ({
    caller: anApp('tokens'),
    traceId: newTraceId(),
    deadline: clock.monotonic() + forMs,
  });
  const send = (request: unknown, forMs?: number) => sender.send(subject, request, aContext(forMs));
  /** For those that are to fail: a rejection is not unheard until it is looked at. */
  const sendAll = (requests: unknown[], forMs?: number) => requests.map((request) => settled(send(request, forMs)));
  const settled = (reply: Promise<unknown>) =>
    reply.then(
      (value) => ({ value }),
      (error: unknown) => ({ error }),
    );
  const batch = (index: number): Promise<ReceivedBatch> =>
    until(`batch ${index}`, () => Promise.resolve(received[index]));
  const numbers = (count: number, from = 0) => Array.from({ length: count }, (_, index) => from + index);
  const refused = { error: expect.objectContaining({ code: 'unavailable' }) as unknown };

  describe('what is asked in one turn of the event loop', () => {
    it('leaves in one message, each item with its own context', async () => {
      const contexts = [aContext(), aContext()];
      const replies = contexts.map((context, index) => sender.send(subject, index, context));
      const { items } = await batch(0);
      expect(items.map(([, { traceId }]) => traceId)).toEqual(contexts.map(({ traceId }) => traceId));
      for (const [, { timeoutMs = 0 }] of items) expect(10_000 - timeoutMs).toBeLessThan(1_000);
      (await batch(0)).reply();
      await Promise.all(replies);
      expect(received).toHaveLength(1);
    });

    it('of another turn leaves in another', async () => {
      const first = send('first');
      await nextTurn();
      await nextTurn();
      const second = send('second');
      expect((await batch(0)).requests).toEqual(['first']);
      expect((await batch(1)).requests).toEqual(['second']);
      for (const each of received) each.reply();
      expect(await Promise.all([first, second])).toEqual(['first', 'second']);
    });

    it('on two subjects leaves in two', async () => {
      const replies = [send('first'), sender.send(subjects[1], 'second', aContext()), send('third')];
      await batch(1);
      for (const each of received) each.reply();
      expect(await Promise.all(replies)).toEqual(['first', 'second', 'third']);
      expect(received.map(({ requests }) => requests)).toEqual([['first', 'third'], ['second']]);
    });

    it('says in a header that it is a batch, also when it is one', async () => {
      const reply = send('one');
      (await batch(0)).reply();
      await reply;
      expect((await batch(0)).isMarked).toBe(true);
    });

    it('is at most 64 items a message; the rest follows without a wait for them', async () => {
      const replies = sendAll(numbers(150));
      await batch(2);
      expect(received.map(({ items }) => items.length)).toEqual([64, 64, 22]);
      for (const each of received) each.reply();
      expect(await Promise.all(replies)).toEqual(numbers(150).map((value) => ({ value })));
    });

    it('is at most 256 kB a message', async () => {
      const requests = ['a', 'b', 'c', 'd', 'e'].map((name) => name + kilobytes(100));
      const replies = sendAll(requests);
      await batch(2);
      expect(received.map(({ requests }) => requests.map((request) => String(request)[0]).join(''))).toEqual([
        'ab',
        'cd',
        'e',
      ]);
      for (const each of received) each.reply();
      expect(await Promise.all(replies)).toEqual(requests.map((value) => ({ value })));
    });

    it('that the broker would not take fails at once; the connection goes on', async () => {
      expect(await settled(send(kilobytes(9 * 1_024)))).toEqual(refused);
      const next = send('next');
      (await batch(0)).reply();
      expect(await next).toBe('next');
    });
  });

  describe('while two messages are on their way', () => {
    it('what is asked gathers until one of them is answered, but not for long', async () => {
      const first = sendAll(['first']);
      await batch(0);
      const second = sendAll(['second']);
      await batch(1);
      const third = sendAll(['third']);
      // Nobody has been answered yet.
      expect((await batch(2)).requests).toEqual(['third']);
      for (const each of received) each.reply();
      expect(await Promise.all([...first, ...second, ...third])).toHaveLength(3);
    });
  });

  describe('a reply', () => {
    it('comes to each its own, in whatever order and in however many messages', async () => {
      const replies = sendAll(numbers(10));
      const { items } = await batch(0);
      const backwards = [...items].reverse();
      (await batch(0)).respond(backwards.slice(0, 3).map(([id, , request]) => [id, 1, `reply ${String(request)}`]));
      for (const [id, , request] of backwards.slice(3)) (await batch(0)).respond([[id, 1, `reply ${String(request)}`]]);
      expect(await Promise.all(replies)).toEqual(numbers(10).map((index) => ({ value: `reply ${index}` })));
    });

    it('that is an error is its own, too: the neighbours do not learn of it', async () => {
      const [good, bad, last] = sendAll(['good', 'bad', 'last']);
      const wire = { code: 'identity.key_limit_reached', message: 'Full.', fields: [], detail: { limit: 3 } };
      (await batch(0)).respond([[(await batch(0)).idOf('bad'), 0, wire]]);
      expect(await bad).toMatchObject({ error: { ...wire, category: 'conflict' } });
      (await batch(0)).reply(['good', 'last']);
      expect(await Promise.all([good, last])).toEqual([{ value: 'good' }, { value: 'last' }]);
    });

    it('that comes twice counts once', async () => {
      const [first, second] = [send('first'), send('second')];
      const { items } = await batch(0);
      (await batch(0)).respond([
        [items[0]?.[0], 1, 'right'],
        [items[0]?.[0], 1, 'wrong'],
        [items[1]?.[0], 1, 'second'],
      ]);
      expect(await Promise.all([first, second])).toEqual(['right', 'second']);
    });

    it('for nobody is dropped', async () => {
      const reply = send('asked');
      (await batch(0)).respond([[999_999, 1, 'not asked']]);
      (await batch(0)).reply();
      expect(await reply).toBe('asked');
    });

    it.each([
      ['no JSON', '{'],
      ['no list', { 1: 1 }],
      ['nothing', 'null'],
      ['a number', '1'],
      ['a list of nothing', [null, 1, 'text', {}, []]],
    ])('that is %s is dropped, and the connection is not deaf after it', async (_what, reply) => {
      const replies = sendAll(['first', 'second']);
      (await batch(0)).respond(reply);
      (await batch(0)).reply();
      expect(await Promise.all(replies)).toEqual([{ value: 'first' }, { value: 'second' }]);
    });

    it.each([
      ['is missing', undefined],
      ['is nothing', null],
      ['has no code', { message: 'What?' }],
      ['has a code that is no word of ours', { code: 'unheard.of', message: 'What?', fields: [], detail: {} }],
    ])('whose error %s is one on our side, and the neighbour has its reply', async (_what, error) => {
      const [failed, good] = sendAll(['failed', 'good']);
      (await batch(0)).respond([
        [(await batch(0)).idOf('failed'), 0, error],
        [(await batch(0)).idOf('good'), 1, 'good'],
      ]);
      expect(await good).toEqual({ value: 'good' });
      expect(await failed).toMatchObject({ error: { code: 'internal' } });
    });
  });

  describe('a reply that never comes', () => {
    it('is given up at the deadline, of each item its own; what comes later is dropped', async () => {
      const [hasty] = sendAll(['hasty'], 5_000);
      const [patient] = sendAll(['patient'], 60_000);
      await batch(0);
      clock.advance(6_000);
      expect(await hasty).toEqual(refused);
      (await batch(0)).reply();
      expect(await patient).toEqual({ value: 'patient' });
    });

    it('keeps nothing of the messages that come after', async () => {
      const lost = sendAll(numbers(130), 5_000);
      await batch(2);
      clock.advance(6_000);
      expect(await Promise.all(lost)).toEqual(numbers(130).map(() => refused));
      const next = send('next');
      (await batch(3)).reply();
      expect(await next).toBe('next');
    });

    it('because nobody is there is known at once, for every item', async () => {
      for (const subscription of subscriptions.splice(0)) await subscription.drain();
      const replies = await Promise.all(sendAll(numbers(3), 3_600_000));
      for (const reply of replies) expect(reply).toEqual({ error: expect.any(NoRespondersError) });
      expect(replies).toHaveLength(3);
    });

    it('because the connection has closed is known at once, for every item', async () => {
      const closed = await open('tokens', link.url);
      const late = new BatchSender(closed.of('sandbox'), replyPrefixOf('identity', 'tokens', 'sandbox'), clock);
      await closed.of('sandbox').close();
      const replies = numbers(3).map((request) => settled(late.send(subject, request, aContext(3_600_000))));
      expect(await Promise.all(replies)).toEqual(numbers(3).map(() => refused));
      late.close();
    });

    it('because the sender has closed is known at once', async () => {
      const replies = sendAll(numbers(3), 3_600_000);
      await batch(0);
      sender.close();
      expect(await Promise.all(replies)).toEqual(numbers(3).map(() => refused));
    });
  });

  describe('when the broker goes away', () => {
    const isUp = (up: boolean) => until('the connection', () => Promise.resolve(callerSide.isUp() === up));
    afterEach(async () => {
      if (!callerSide.isUp()) await link.restore();
      await isUp(true);
    });

    it('what was on its way is given up at its deadline, and all goes on when it is back', async () => {
      const lost = sendAll(['lost'], 60_000);
      await batch(0);
      await link.cut();
      await isUp(false);
      (await batch(0)).reply();
      clock.advance(61_000);
      expect(await Promise.all(lost)).toEqual([refused]);
      await link.restore();
      await isUp(true);
      const next = send('next');
      (await batch(1)).reply();
      expect(await next).toBe('next');
    });

    it('what is asked meanwhile fails at once, and nothing of it leaves when the broker is back', async () => {
      const client = new RpcClient(callerSide, clock);
      const request = { applicationId: 'app_sbx_1', secret: 'secret' };
      const call = (forMs: number) => settled(client.call(identity.verifyKey, 'sandbox', request, aContext(forMs)));
      const before = call(60_000);
      (await batch(0)).respond([[(await batch(0)).items[0]?.[0], 1, { verdict: 'unknown' }]]);
      expect(await before).toEqual({ value: { verdict: 'unknown' } });
      await link.cut();
      await isUp(false);
      expect(await call(3_600_000)).toEqual(refused);
      await link.restore();
      await isUp(true);
      const after = call(60_000);
      (await batch(1)).respond([[(await batch(1)).items[0]?.[0], 1, { verdict: 'unknown' }]]);
      expect(await after).toEqual({ value: { verdict: 'unknown' } });
      expect(received.map(({ items }) => items.length)).toEqual([1, 1]);
      client.onApplicationShutdown();
    });
  });
});
