import fastify, { type FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { SlipwayError } from '#libs/errors';
import { ManualClock } from '#libs/testing';
import { HeldRefusals } from './held-refusals';
import { sendProblem } from './problem';

const log = pino({ level: 'silent' });
const minuteMs = 60_000;
/** As many as an address is told at once. */
const many = 60;

let edge: FastifyInstance;
let clock: ManualClock;

beforeEach(() => {
  clock = new ManualClock();
  edge = fastify();
  new HeldRefusals(clock).watch(edge);
  edge.setErrorHandler((error, _request, reply) => sendProblem(reply, error, log));
  edge.get('/refused', () => Promise.reject(new SlipwayError('rate_limited', 'Slow down.')));
  edge.get('/wrong', () => Promise.reject(new SlipwayError('not_found', 'There is none.')));
  edge.get('/provider', (_request, reply) => reply.status(429).send('the provider says so'));
  // Whatever was held is let go after a second of this clock, and not before.
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask', 'performance', 'Date'] });
});
afterEach(async () => {
  jest.useRealTimers();
  await edge.close();
});

const from = (remoteAddress: string, url: string) => edge.inject({ url, remoteAddress });
const refusedOften = async (address: string) => {
  for (let count = 0; count < many; count += 1) expect((await from(address, '/refused')).statusCode).toBe(429);
};
/** Whether it is there without any time going by. */
async function isAtOnce(reply: Promise<unknown>): Promise<boolean> {
  const turns = async () => {
    for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    return false;
  };
  return Promise.race([reply.then(() => true), turns()]);
}

describe('who is told over and over to slow down', () => {
  it('is told at once so often in a minute, then a second later', async () => {
    await refusedOften('192.0.2.1');
    const held = from('192.0.2.1', '/refused');
    expect(await isAtOnce(held)).toBe(false);
    jest.advanceTimersByTime(999);
    expect(await isAtOnce(held)).toBe(false);
    jest.advanceTimersByTime(1);
    expect((await held).statusCode).toBe(429);
  });

  it('waits for nothing else', async () => {
    await refusedOften('192.0.2.1');
    expect(await isAtOnce(from('192.0.2.1', '/wrong'))).toBe(true);
    expect(await isAtOnce(from('192.0.2.1', '/provider'))).toBe(true);
  });

  it('keeps nobody else waiting, but whoever has the same /64', async () => {
    await refusedOften('2001:db8::1');
    expect(await isAtOnce(from('2001:db8:0:1::1', '/refused'))).toBe(true);
    const held = from('2001:db8::2', '/refused');
    expect(await isAtOnce(held)).toBe(false);
    jest.advanceTimersByTime(1_000);
    await held;
  });

  it('begins anew a minute later', async () => {
    await refusedOften('192.0.2.1');
    clock.advance(minuteMs);
    expect(await isAtOnce(from('192.0.2.1', '/refused'))).toBe(true);
  });

  it('is told at once again where as many as can be are held', async () => {
    await refusedOften('192.0.2.1');
    const held = Array.from({ length: 1_000 }, () => from('192.0.2.1', '/refused'));
    expect(await isAtOnce(Promise.race(held))).toBe(false);
    expect(await isAtOnce(from('192.0.2.1', '/refused'))).toBe(true);
    jest.advanceTimersByTime(1_000);
    await Promise.all(held);
    const next = from('192.0.2.1', '/refused');
    expect(await isAtOnce(next)).toBe(false);
    jest.advanceTimersByTime(1_000);
    await next;
  });
});
