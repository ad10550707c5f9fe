import type { FastifyReply } from 'fastify';
import type { Connections } from '#libs/broker';
import { services, type RpcMethod } from '#libs/contracts';
import type { Ending } from '#libs/process';
import type { RpcClient } from '#libs/rpc';
import { ManualClock } from '#libs/testing';
import type { ModuleRef } from '@nestjs/core';
import { HealthController } from './health.controller';

const clock = new ManualClock();
let calls: number;
let isWell: boolean;
let health: HealthController;
let isAway: boolean;
let ownWork: boolean;
const ending = { begun: false };
class OwnWork {
  isReady = () => ownWork;
}
const capabilities = {
  portal: { needs: ['identity', 'subscriptions'] },
  plane: { needs: [], itself: OwnWork },
} as const;

beforeEach(() => {
  [calls, isWell, isAway, ownWork] = [0, true, false, true];
  ending.begun = false;
  const rpc = {
    systemContext: () => ({}),
    call: ({ service }: RpcMethod) => {
      calls += 1;
      if (isAway && service === 'notifications') return new Promise(() => undefined);
      if (isAway && service === 'subscriptions') return Promise.reject(new Error('away'));
      return isWell ? Promise.resolve({ database: true, broker: true }) : Promise.reject(new Error('away'));
    },
  };
  health = new HealthController(
    rpc as unknown as RpcClient,
    { isUp: () => true } as Connections,
    clock,
    ending as Ending,
    capabilities,
    {
      get: () => new OwnWork(),
    } as unknown as ModuleRef,
  );
});

let status: number;
const reply = {
  status: (code: number) => ((status = code), { header: () => undefined }),
} as unknown as FastifyReply;
const replyTo = async <Body>(read: () => Promise<Body>) => {
  status = 200;
  const body = await read();
  return { body, status };
};
const ready = async () => (await replyTo(() => health.ready(reply))).body;
const readyFor = (name: string) => replyTo(() => health.readyFor(name, reply));
const allThere = { portal: true, plane: true };
const portalOf = async () =>
  ((await health.ready(reply)) as Partial<{ capabilities: typeof allThere }>).capabilities?.portal;

describe('readiness', () => {
  it('is looked at once by all who want to know at the same moment, and by those of the next', async () => {
    const found = await Promise.all(Array.from({ length: 50 }, ready));
    expect(found).toMatchObject(Array.from({ length: 50 }, () => ({ status: 'ok', capabilities: allThere })));
    clock.advance(500);
    await ready();
    expect(calls).toBe(services.length);
  });

  it('is looked at anew after a second, and sooner where something was missing', async () => {
    await ready();
    isWell = false;
    clock.advance(1_000);
    expect(await portalOf()).toBe(false);
    isWell = true;
    expect(await portalOf()).toBe(false);
    clock.advance(250);
    expect(await portalOf()).toBe(true);
    expect(calls).toBe(3 * services.length);
  });

  it('of the edge itself does not hang on services, only what of it needs them', async () => {
    await ready();
    isWell = false;
    clock.advance(1_000);
    const { body, status } = await replyTo(() => health.ready(reply));
    expect([status, body]).toMatchObject([200, { status: 'ok', capabilities: { portal: false, plane: true } }]);
    expect(await readyFor('portal')).toMatchObject({
      status: 503,
      body: { status: 'unavailable', services: { identity: false, subscriptions: false } },
    });
    expect(await readyFor('plane')).toMatchObject({ status: 200, body: { status: 'ok' } });
  });

  it('hangs on what the edge does by itself', async () => {
    ownWork = false;
    expect(await replyTo(() => health.ready(reply))).toMatchObject({ status: 503, body: { status: 'unavailable' } });
    expect((await readyFor('portal')).status).toBe(200);
    expect((await readyFor('plane')).status).toBe(503);
  });

  it('does not wait for a service that does not answer', async () => {
    await ready();
    isAway = true;
    clock.advance(1_000);
    expect(await ready()).toMatchObject({ status: 'ok', capabilities: allThere });
  });

  it('ends at once when the process is told to stop, for each capability as well', async () => {
    ending.begun = true;
    for (const look of [
      () => health.ready(reply),
      () => health.readyFor('portal', reply),
      () => health.readyFor('plane', reply),
    ])
      expect(await replyTo<object>(look)).toEqual({ status: 503, body: { status: 'stopping' } });
    expect(calls).toBe(0);
  });

  it.each(['nonsense', '__proto__', 'toString'])('there is no capability %s', async (name) => {
    await expect(readyFor(name)).rejects.toMatchObject({ code: 'not_found' });
  });
});
