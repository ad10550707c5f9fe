import fc from 'fast-check';
import { identity, type PersonCaller, type SubscriptionId } from '#libs/contracts';
import { anApp, anId } from '#libs/testing';
import { IdentitySpec } from '../../spec-support/identity-spec';
import { Fence } from '../../workflows/fence';

type Pair = Pick<identity.KeyWithSecret, 'applicationId' | 'applicationSecret'>;

/** What may happen to a key. Time moves to a deadline's very millisecond, to the one before, or past everything. */
const happening = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('rotate'), overlapSeconds: fc.constantFrom(0, 1, 60, 604_800) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('regenerate') }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('stop', 'restore') }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('limit'), ms: fc.constantFrom(30_000, 60_000, 604_800_000) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('pass'),
      ms: fc.constantFrom(1, 999, 1_000, 59_000, 59_999, 60_000, 604_800_000),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('delete') }) },
);
type Happening = { kind: string; overlapSeconds?: number; ms?: number };

/** B18, as a page has it: the newest secret works, the one before until its deadline, and no other; neither outlives the key. */
class Model {
  current: Pair | undefined;
  previous: { pair: Pair; until: number } | undefined;
  isStopped = false;
  expiresAt = Infinity;

  rotated(pair: Pair, nowMs: number, overlapSeconds: number): void {
    this.previous = this.current && { pair: this.current, until: nowMs + overlapSeconds * 1_000 };
    this.current = pair;
  }

  regenerated(pair: Pair): void {
    this.expiresAt = Infinity;
    this.previous = undefined;
    this.current = pair;
  }

  deleted(): void {
    this.current = this.previous = undefined;
  }

  previousUntil(nowMs: number): number | undefined {
    const until = Math.min(this.previous?.until ?? 0, this.expiresAt);
    return nowMs < until ? until : undefined;
  }

  isExpired(nowMs: number): boolean {
    return nowMs >= this.expiresAt;
  }

  works(pair: Pair, nowMs: number): boolean {
    if (this.isStopped || this.isExpired(nowMs)) return false;
    return pair === this.current || (pair === this.previous?.pair && this.previousUntil(nowMs) !== undefined);
  }
}

const expired = 'identity.key_expired';

describe('the secrets of an access key', () => {
  let spec: IdentitySpec;
  let nowMs: number;

  beforeAll(async () => {
    spec = await IdentitySpec.open({ SLIPWAY_FAILURES_MAX: '1000', SLIPWAY_FAILURES_PER_ADDRESS: '1000000' });
    nowMs = spec.service.clock.now();
    jest.spyOn(spec.service.clock, 'now').mockImplementation(() => nowMs);
    jest.spyOn(spec.service.get(Fence), 'pass').mockResolvedValue();
  });
  afterAll(async () => {
    jest.restoreAllMocks();
    await spec.close();
  });

  async function live(person: PersonCaller, happenings: readonly Happening[]): Promise<void> {
    const subscriptionId = anId<SubscriptionId>();
    const key = await spec.makeKey(person, subscriptionId);
    const { environment, partnerId } = person;
    const model = new Model();
    const all: Pair[] = [key];
    model.regenerated(key);
    let version = 0;
    const own = { environment, keyId: key.id, revokeTokens: false };
    const steps: Record<string, (given: Happening) => Promise<void>> = {
      rotate: async ({ overlapSeconds = 0 }) => {
        if (model.isExpired(nowMs)) return;
        const pair = await spec.call(identity.rotateKey, environment, { ...own, overlapSeconds }, person);
        all.push(pair);
        model.rotated(pair, nowMs, overlapSeconds);
      },
      regenerate: async () => {
        const pair = await spec.call(identity.regenerateKey, environment, own, person);
        all.push(pair);
        model.regenerated(pair);
      },
      stop: async () => {
        version += 1;
        const request = { partnerId, subscriptionId, version, reason: 'payment' as const, revokeTokens: false };
        await spec.call(identity.stopSubscriptionKeys, environment, request, anApp('subscriptions'));
        model.isStopped = true;
      },
      restore: async () => {
        version += 1;
        const request = { partnerId, subscriptionId, version };
        await spec.call(identity.restoreSubscriptionKeys, environment, request, anApp('subscriptions'));
        model.isStopped = false;
      },
      limit: async ({ ms = 0 }) => {
        const expiresAt = new Date(nowMs + ms).toISOString();
        const limited = spec.call(identity.setKeyExpiry, environment, { keyId: key.id, expiresAt }, person);
        if (model.isExpired(nowMs)) return void (await expect(limited).rejects.toMatchObject({ code: expired }));
        model.expiresAt = Date.parse((await limited).expiresAt ?? '');
        expect(model.expiresAt).toBe(Math.floor((nowMs + ms) / 1_000) * 1_000);
      },
      pass: ({ ms = 0 }) => Promise.resolve(void (nowMs += ms)),
      delete: async () => {
        await spec.call(identity.deleteKey, environment, own, person);
        model.deleted();
      },
    };
    for (const each of happenings) {
      await steps[each.kind]?.(each);
      const verdicts = await Promise.all(all.map((pair) => spec.verify(environment, pair)));
      expect(verdicts.map(({ verdict }) => verdict === 'good')).toEqual(all.map((pair) => model.works(pair, nowMs)));
      if (!model.current) return;
      const until = model.previousUntil(nowMs);
      const shown = await spec.call(identity.getKey, environment, { keyId: key.id }, person);
      expect(shown.previousSecretUntil).toBe(until === undefined ? null : new Date(until).toISOString());
      const left = verdicts.flatMap((verdict) => (verdict.verdict === 'good' ? [verdict.goodForMs] : []));
      const leftOf = (end: number) => (end === Infinity ? undefined : Math.min(end - nowMs, identity.goodForMsMax));
      const ends = [model.expiresAt, ...(until === undefined ? [] : [until])];
      const isUsable = !model.isStopped && !model.isExpired(nowMs);
      expect(left.sort()).toEqual(isUsable ? ends.map(leftOf).sort() : []);
      expect(shown.state).toBe(model.isExpired(nowMs) ? 'expired' : model.isStopped ? 'stopped' : 'active');
    }
    await spec.call(identity.deleteKey, environment, own, person);
  }

  it('B18: whatever is done to it in whatever order, the newest works, and the one before until its deadline', async () => {
    const { person } = await spec.registerReady();
    await fc.assert(
      fc.asyncProperty(fc.array(happening, { minLength: 1, maxLength: 9 }), (happenings) => live(person, happenings)),
      { numRuns: 15 },
    );
  }, 60_000);
});
