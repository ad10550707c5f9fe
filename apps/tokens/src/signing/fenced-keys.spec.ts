import { fenceMs, fenceMsUnsaid, type identity } from '#libs/contracts';
import { SlipwayError, unavailable } from '#libs/errors';
import { NotBegun, type RpcContext, type RpcClient, type SingleTry } from '#libs/rpc';
import { ManualClock } from '#libs/testing';
import { FencedKeys } from './fenced-keys';

const context = {
  caller: { kind: 'anonymous' },
  traceId: 't',
  deadline: 0,
  scope: 'sandbox',
  subject: 's',
} as RpcContext;
const credentials = { environment: 'sandbox' as const, applicationId: 'app_sbx_1', secret: 'secret' };
const good = { verdict: 'good', key: { applicationId: 'app_sbx_1' }, fenceMs } as identity.KeyVerdict;
/** As a copy of the release before says it. */
const goodOfOld = { verdict: 'good', key: { applicationId: 'app_sbx_1' } } as identity.KeyVerdict;

const clock = new ManualClock();
const passTime = (ms: number) => clock.advance(ms);

/** Identity, as far as the fence is concerned: answers what it is told, and counts. */
function identityThat(verdictOf: () => identity.KeyVerdict | Promise<identity.KeyVerdict>) {
  const calls: SingleTry[] = [];
  const rpc = {
    call: async (_method: unknown, _scope: unknown, _request: unknown, _context: unknown, single: SingleTry) => {
      calls.push(single);
      return verdictOf();
    },
  } as unknown as RpcClient;
  return { keys: new FencedKeys(rpc, clock), calls: () => calls.length, toAll: () => calls.map(({ toAll }) => toAll) };
}

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

  describe('a secret that ends by itself', () => {
    const goodFor = (goodForMs: number) => ({ ...good, goodForMs }) as identity.KeyVerdict;

    it('is of no use from then on, though the fence would allow it; the others are', async () => {
      let verdict = goodFor(100);
      const { keys, calls } = identityThat(() => verdict);
      expect(await keys.whileGood(credentials, context, () => 'token')).toMatchObject({ good: true });
      passTime(100);
      verdict = { verdict: 'unknown' };
      expect(await keys.whileGood(credentials, context, () => 'token')).toEqual({ good: false, verdict });
      expect(calls()).toBe(2);
    });

    it('counts from when the call was sent: what has ended on the way is refused, by one call, and is no failure', async () => {
      const { keys, calls } = identityThat(() => {
        passTime(100);
        return goodFor(100);
      });
      for (let count = 1; count <= 50; count += 1) {
        expect(await keys.whileGood(credentials, context, () => 'token')).toEqual({
          good: false,
          verdict: { verdict: 'unknown' },
        });
        expect(calls()).toBe(count);
      }
    });

    it('ends while its token is made: the token is thrown away', async () => {
      const { keys } = identityThat(() => goodFor(100));
      const late = keys.whileGood(credentials, context, () => passTime(100));
      await expect(late).resolves.toEqual({ good: false, verdict: { verdict: 'unknown' } });
    });

    it('never widens the fence', async () => {
      const { keys, calls } = identityThat(() => goodFor(60_000));
      await keys.whileGood(credentials, context, () => 'token');
      passTime(fenceMs);
      await keys.whileGood(credentials, context, () => 'token');
      expect(calls()).toBe(2);
    });
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

  it('calls all copies once, where one has no answer of use in time, and no more', async () => {
    let replies = 0;
    const { keys, toAll } = identityThat(() => {
      replies += 1;
      if (replies === 1) throw unavailable();
      return good;
    });
    expect(await keys.whileGood(credentials, context, () => 'token')).toMatchObject({ good: true });
    expect(toAll()).toEqual([false, true]);

    const late = identityThat(() => {
      passTime(fenceMs);
      return good;
    });
    await expect(late.keys.whileGood(credentials, context, () => 'token')).rejects.toMatchObject({
      code: 'unavailable',
    });
    expect(late.toAll()).toEqual([false, true]);
  });

  it('says that nothing was made, where no copy has an answer of use: whoever has the time may call again', async () => {
    for (const reply of [() => Promise.reject(unavailable()), () => (passTime(fenceMs), good)]) {
      const { keys, toAll } = identityThat(reply);
      const outcome = keys.whileGood(credentials, context, () => 'token');
      await expect(outcome).rejects.toBeInstanceOf(NotBegun);
      expect(toAll()).toEqual([false, true]);
    }
  });

  it('an answer to what was sent again counts from when that was sent', async () => {
    const rpc = {
      call: (_method: unknown, _scope: unknown, _request: unknown, _context: unknown, { sent }: SingleTry) => {
        // Nobody was there at first.
        passTime(fenceMs);
        sent();
        return Promise.resolve(good);
      },
    } as unknown as RpcClient;
    expect(await new FencedKeys(rpc, clock).whileGood(credentials, context, () => 'token')).toMatchObject({
      good: true,
    });
  });

  it('a refusal is passed on, and nobody is called again for it', async () => {
    const { keys, calls } = identityThat(() => {
      throw new SlipwayError('identity.too_many_failures', 'Wait.');
    });
    await expect(keys.whileGood(credentials, context, () => 'token')).rejects.toMatchObject({
      code: 'identity.too_many_failures',
    });
    expect(calls()).toBe(1);
  });

  describe('while copies of identity have fences of different widths', () => {
    it('uses the answer of one that does not say its own for the narrow one of old', async () => {
      const { keys, calls } = identityThat(() => goodOfOld);
      await keys.whileGood(credentials, context, () => 'token');
      passTime(fenceMsUnsaid);
      await keys.whileGood(credentials, context, () => 'token');
      expect(calls()).toBe(2);
    });

    it('trusts no wider one for a minute: the narrow copy may be the one that ends the key', async () => {
      let verdict = goodOfOld;
      const { keys, calls } = identityThat(() => verdict);
      await keys.whileGood(credentials, context, () => 'token');
      verdict = good;
      passTime(30_000);
      await keys.whileGood(credentials, context, () => 'token');
      passTime(fenceMsUnsaid);
      await keys.whileGood(credentials, context, () => 'token');
      expect(calls()).toBe(3);
      passTime(60_000);
      await keys.whileGood(credentials, context, () => 'token');
      passTime(fenceMsUnsaid);
      await keys.whileGood(credentials, context, () => 'token');
      expect(calls()).toBe(4);
    });
  });
});
