import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Clock } from '#libs/clock';
import { fenceMs, fenceMsUnsaid, identity, type Environment } from '#libs/contracts';
import { SlipwayError } from '#libs/errors';
import { asService, NotBegun, RpcClient, type RpcContext, type SingleTry } from '#libs/rpc';
import { Breaker } from './breaker';

/** Of D; the rest is for what lies between the last look at the clock and the answer. */
const usablePart = 0.9;
/** The narrowest fence that any copy of `identity` has said counts so long: the next may be one of its release. */
const narrowestMs = 60_000;
const remembered = 10_000;

/** A positive answer, and until when (monotonic milliseconds) it may be used. */
interface Fenced {
  key: identity.ProvenKey;
  until: number;
  /** When its secret has ended by itself, whatever the fence allows. */
  endsAt: number;
}

type Refusal = Exclude<identity.KeyVerdict, { verdict: 'good' }>;
type Verify = (single: SingleTry) => Promise<identity.KeyVerdict>;

export type Outcome<Result> = { good: true; result: Result } | { good: false; verdict: Refusal };

/**
 * The time fence (docs/adr/0006). A positive answer counts from the moment the call was *sent*, for less than D,
 * and the clock is read again after the work was done: a process that was paused in between throws its work away.
 * `identity` waits D after its commit, so nothing made from an older answer can leave after that.
 *
 * A secret that ends by itself (an overlap's, docs/adr/0040) is said to be good for so long; that, too, counts from when the call was
 * sent, and so is over before it is at `identity`.
 *
 * When no answer comes while it is of use, all copies of `identity` are called, once. That failed, too: nothing was made, and
 * the edge, which has more time than the fence, calls again.
 */
@Injectable()
export class FencedKeys {
  private readonly verified: Record<Environment, LRUCache<string, Fenced>> = {
    sandbox: new LRUCache({ max: remembered }),
    production: new LRUCache({ max: remembered }),
  };
  private readonly breaker: Breaker;
  private narrowest = { fenceMs, seenAt: -Infinity };

  constructor(
    private readonly rpc: RpcClient,
    private readonly clock: Clock,
  ) {
    this.breaker = new Breaker(clock);
  }

  /** Runs `work` (synchronous) on a key that is good, and lets its result out only within the fence. */
  async whileGood<Result>(
    credentials: { environment: Environment; applicationId: string; secret: string },
    context: RpcContext,
    work: (key: identity.ProvenKey) => Result,
  ): Promise<Outcome<Result>> {
    const { environment, applicationId, secret } = credentials;
    const name = `${applicationId} ${createHash('sha256').update(secret).digest('base64')}`;
    const known = this.verified[environment].get(name);
    const outcome = known && this.within(known, work);
    if (outcome) return outcome;
    return this.attempt(
      work,
      (single) =>
        this.rpc.call(identity.verifyKey, environment, { applicationId, secret }, asService('tokens', context), single),
      (fenced) => this.verified[environment].set(name, fenced),
    );
  }

  /** The same for a person's own key, on whose behalf the call is made. */
  async whileOwnKeyGood<Result>(
    { environment, keyId }: { environment: Environment; keyId: identity.ProvenKey['keyId'] },
    context: RpcContext,
    work: (key: identity.ProvenKey) => Result,
  ): Promise<Outcome<Result>> {
    return this.attempt(work, (single) =>
      this.rpc.call(identity.verifyOwnKey, environment, { keyId }, context, single),
    );
  }

  private attempt<Result>(
    work: (key: identity.ProvenKey) => Result,
    verify: Verify,
    remember: (fenced: Fenced) => void = () => undefined,
  ): Promise<Outcome<Result>> {
    return this.breaker.run(async () => {
      const first = await this.verifyInTime(verify, false).catch(orNothing);
      const inFirst = first && this.use(first, work, remember);
      if (inFirst) return { succeeded: true, result: inFirst };
      const second = await this.verifyInTime(verify, true).catch(orNothing);
      const inSecond = second && this.use(second, work, remember);
      if (inSecond) return { succeeded: true, result: inSecond };
      throw new NotBegun(new Error('answers about keys arrive later than the fence allows'));
    });
  }

  private use<Result>(
    verified: Fenced | Refusal,
    work: (key: identity.ProvenKey) => Result,
    remember: (fenced: Fenced) => void,
  ): Outcome<Result> | undefined {
    if ('verdict' in verified) return { good: false, verdict: verified };
    remember(verified);
    const inTime = this.within(verified, work);
    if (inTime) return inTime;
    // Ended meanwhile, give or take the way there: no copy of `identity` would say otherwise, and nothing is wrong with any.
    return this.clock.monotonic() >= verified.endsAt ? { good: false, verdict: { verdict: 'unknown' } } : undefined;
  }

  /** Nothing, where it is too late; what was made by then is thrown away. */
  private within<Result>(
    { key, until: fencedUntil, endsAt }: Fenced,
    work: (key: identity.ProvenKey) => Result,
  ): Outcome<Result> | undefined {
    const until = Math.min(fencedUntil, endsAt);
    if (this.clock.monotonic() >= until) return undefined;
    const result = work(key);
    return this.clock.monotonic() < until ? { good: true, result } : undefined;
  }

  private async verifyInTime(verify: Verify, toAll: boolean): Promise<Fenced | Refusal> {
    let sentAt = this.clock.monotonic();
    const verdict = await verify({
      toAll,
      replyWithinMs: fenceMs * usablePart,
      sent: () => (sentAt = this.clock.monotonic()),
    });
    if (verdict.verdict !== 'good') return verdict;
    return {
      key: verdict.key,
      until: sentAt + this.fenceOf(verdict.fenceMs ?? fenceMsUnsaid) * usablePart,
      endsAt: sentAt + (verdict.goodForMs ?? Infinity),
    };
  }

  /**
   * Another copy of `identity` than the one that answers may be the one that ends the key, and may be of a release with
   * a narrower fence. Upgrades therefore begin with `identity` (docs/adr/0006).
   */
  private fenceOf(said: number): number {
    const now = this.clock.monotonic();
    const { narrowest } = this;
    if (said <= narrowest.fenceMs || now - narrowest.seenAt > narrowestMs)
      this.narrowest = { fenceMs: said, seenAt: now };
    return Math.min(said, this.narrowest.fenceMs);
  }
}

/** Whether it came too late or there is trouble at that one copy: all are called. */
function orNothing(error: unknown): undefined {
  if (error instanceof SlipwayError && error.category === 'unavailable') return;
  throw error;
}
