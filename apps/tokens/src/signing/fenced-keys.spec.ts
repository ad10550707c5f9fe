import { performance } from 'node:perf_hooks';
import { SystemClock } from '#libs/clock';
import { fenceMs, type identity } from '#libs/contracts';
import type { RpcContext, RpcClient } from '#libs/rpc';
import { FencedKeys } from './fenced-keys';

const context = {
  caller: { kind: 'anonymous' },
  traceId: 't',
  deadline: 0,
  scope: 'sandbox',
  subject: 's',
} as RpcContext;
const credentials = { environment: 'sandbox' as const, applicationId: 'app_sbx_1', secret: 'secret' };
const good = { verdict: 'good', key: { applicationId: 'app_sbx_1' } } as identity.KeyVerdict;

/** Identity, as far as the fence is concerned: answers what it is told, and counts. */
function identityThat(verdictOf: () => identity.KeyVerdict | Promise<identity.KeyVerdict>) {
  let calls = 0;
  const rpc = {
    call: () => {
      calls += 1;
      return Promise.resolve(verdictOf());
    },
  } as unknown as RpcClient;
  return { keys: new FencedKeys(rpc, new SystemClock()), calls: () => calls };
}

const passTime = (ms: number) => {
  const end = performance.now() + ms;
  while (performance.now() < end);
};

describe('the time fence', () => {
  it('uses an answer again within the fence, and asks anew after it', async () => {
    const { keys, calls } = identityThat(() => good);
    await keys.whileGood(credentials, context, () => 'token');
    await keys.whileGood(credentials, context, () => 'token');
    expect(calls()).toBe(1);
    passTime(fenceMs);
    await keys.whileGood(credentials, context, () => 'token');
    expect(calls()).toBe(2);
  });

  it('throws away what was made too late, as by a process that was paused, and asks again', async () => {
    const { keys, calls } = identityThat(() => good);
    let made = 0;
    const outcome = await keys.whileGood(credentials, context, () => {
      made += 1;
      if (made === 1) passTime(fenceMs);
      return made;
    });
    expect(outcome).toEqual({ good: true, result: 2 });
    expect(calls()).toBe(2);
  });

  it('counts from when the call was sent, not from when the answer came', async () => {
    let replies = 0;
    const { keys, calls } = identityThat(() => {
      replies += 1;
      if (replies === 1) passTime(fenceMs);
      return good;
    });
    await keys.whileGood(credentials, context, () => 'token');
    expect(calls()).toBe(2);
  });

  it('lets nothing out when every answer comes too late', async () => {
    const { keys } = identityThat(() => good);
    await expect(keys.whileGood(credentials, context, () => passTime(fenceMs))).rejects.toMatchObject({
      code: 'unavailable',
    });
  });

  it('never keeps a refusal, nor mistakes one secret for another', async () => {
    let verdict: identity.KeyVerdict = { verdict: 'unknown' };
    const { keys, calls } = identityThat(() => verdict);
    expect(await keys.whileGood(credentials, context, () => 'token')).toEqual({ good: false, verdict });
    verdict = good;
    expect(await keys.whileGood(credentials, context, () => 'token')).toMatchObject({ good: true });
    await keys.whileGood({ ...credentials, secret: 'another' }, context, () => 'token');
    expect(calls()).toBe(3);
  });

  it('never takes an answer of one environment for one of the other', async () => {
    let verdict: identity.KeyVerdict = good;
    const { keys, calls } = identityThat(() => verdict);
    await keys.whileGood(credentials, context, () => 'token');
    verdict = { verdict: 'unknown' };
    const elsewhere = { ...credentials, environment: 'production' as const };
    expect(await keys.whileGood(elsewhere, context, () => 'token')).toEqual({ good: false, verdict });
    expect(calls()).toBe(2);
  });
});
