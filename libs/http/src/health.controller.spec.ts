import type { FastifyReply } from 'fastify';
import type { Connections } from '#libs/broker';
import { services } from '#libs/contracts';
import type { RpcClient } from '#libs/rpc';
import { ManualClock } from '#libs/testing';
import { HealthController } from './health.controller';

const clock = new ManualClock();
let calls: number;
let isWell: boolean;
let health: HealthController;

beforeEach(() => {
  [calls, isWell] = [0, true];
  const rpc = {
    systemContext: () => ({}),
    call: () => {
      calls += 1;
      return isWell ? Promise.resolve({ database: true, broker: true }) : Promise.reject(new Error('away'));
    },
  };
  health = new HealthController(rpc as unknown as RpcClient, { isUp: () => true } as Connections, clock);
});

const statuses: number[] = [];
const reply = {
  status: (code: number) => (statuses.push(code), { header: () => undefined }),
} as unknown as FastifyReply;
const ready = async () => (await health.ready(reply)).status;

describe('readiness', () => {
  it('is looked at once by all who want to know at the same moment, and by those of the next', async () => {
    expect(await Promise.all(Array.from({ length: 50 }, ready))).toEqual(Array.from({ length: 50 }, () => 'ok'));
    clock.advance(500);
    await ready();
    expect(calls).toBe(services.length);
  });

  it('is looked at anew after a second, and sooner where something was missing', async () => {
    await ready();
    isWell = false;
    clock.advance(1_000);
    expect(await ready()).toBe('unavailable');
    isWell = true;
    expect(await ready()).toBe('unavailable');
    clock.advance(250);
    expect(await ready()).toBe('ok');
    expect(calls).toBe(3 * services.length);
  });
});
