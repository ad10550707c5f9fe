import { performance } from 'node:perf_hooks';
import { fenceMs, type identity } from '#libs/contracts';
import type { Call, QuestionClient } from '#libs/messaging';
import { FencedKeys } from './fenced-keys';

const call = { caller: { kind: 'anonymous' }, traceId: 't', deadline: 0, scope: 'sandbox', subject: 's' } as Call;
const credentials = { environment: 'sandbox' as const, applicationId: 'app_sbx_1', secret: 'secret' };
const good = { verdict: 'good', key: { applicationId: 'app_sbx_1' } } as identity.KeyVerdict;

/** Identity, as far as the fence is concerned: answers what it is told, and counts. */
function identityThat(answer: () => identity.KeyVerdict | Promise<identity.KeyVerdict>) {
  let asked = 0;
  const questions = {
    ask: () => {
      asked += 1;
      return Promise.resolve(answer());
    },
  } as unknown as QuestionClient;
  return { keys: new FencedKeys(questions), asked: () => asked };
}

const passTime = (ms: number) => {
  const end = performance.now() + ms;
  while (performance.now() < end);
};

describe('the time fence', () => {
  it('uses an answer again within the fence, and asks anew after it', async () => {
    const { keys, asked } = identityThat(() => good);
    await keys.whileGood(credentials, call, () => 'token');
    await keys.whileGood(credentials, call, () => 'token');
    expect(asked()).toBe(1);
    passTime(fenceMs);
    await keys.whileGood(credentials, call, () => 'token');
    expect(asked()).toBe(2);
  });

  it('throws away what was made too late, as by a process that was paused, and asks again', async () => {
    const { keys, asked } = identityThat(() => good);
    let made = 0;
    const outcome = await keys.whileGood(credentials, call, () => {
      made += 1;
      if (made === 1) passTime(fenceMs);
      return made;
    });
    expect(outcome).toEqual({ good: true, result: 2 });
    expect(asked()).toBe(2);
  });

  it('counts from when the question was sent, not from when the answer came', async () => {
    let answers = 0;
    const { keys, asked } = identityThat(() => {
      answers += 1;
      if (answers === 1) passTime(fenceMs);
      return good;
    });
    await keys.whileGood(credentials, call, () => 'token');
    expect(asked()).toBe(2);
  });

  it('lets nothing out when every answer comes too late', async () => {
    const { keys } = identityThat(() => good);
    await expect(keys.whileGood(credentials, call, () => passTime(fenceMs))).rejects.toMatchObject({
      code: 'unavailable',
    });
  });

  it('never keeps a refusal, nor mistakes one secret for another', async () => {
    let verdict: identity.KeyVerdict = { verdict: 'unknown' };
    const { keys, asked } = identityThat(() => verdict);
    expect(await keys.whileGood(credentials, call, () => 'token')).toEqual({ good: false, verdict });
    verdict = good;
    expect(await keys.whileGood(credentials, call, () => 'token')).toMatchObject({ good: true });
    await keys.whileGood({ ...credentials, secret: 'another' }, call, () => 'token');
    expect(asked()).toBe(3);
  });
});
