import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Clock } from '#libs/clock';
import { fenceMs, identity, type Environment } from '#libs/contracts';
import { unavailable } from '#libs/errors';
import { asService, RpcClient, type RpcContext } from '#libs/rpc';

/** Of D; the rest is for what lies between the last look at the clock and the answer. */
const usableMs = fenceMs * 0.9;
const attemptsMax = 5;
const remembered = 10_000;

/** A positive answer, and until when (monotonic milliseconds) it may be used. */
interface Fenced {
  key: identity.ProvenKey;
  until: number;
}

export type Outcome<Result> =
  { good: true; result: Result } | { good: false; verdict: Exclude<identity.KeyVerdict, { verdict: 'good' }> };

/**
 * The time fence (docs/adr/0006). A positive answer counts from the moment the call was *sent*, for less than D,
 * and the clock is read again after the work was done: a process that was paused in between throws its work away.
 * `identity` waits D after its commit, so nothing made from an older answer can leave after that.
 */
@Injectable()
export class FencedKeys {
  private readonly verified: Record<Environment, LRUCache<string, Fenced>> = {
    sandbox: new LRUCache({ max: remembered }),
    production: new LRUCache({ max: remembered }),
  };

  constructor(
    private readonly rpc: RpcClient,
    private readonly clock: Clock,
  ) {}

  /** Runs `work` (synchronous) on a key that is good, and lets its result out only within the fence. */
  async whileGood<Result>(
    credentials: { environment: Environment; applicationId: string; secret: string },
    context: RpcContext,
    work: (key: identity.ProvenKey) => Result,
  ): Promise<Outcome<Result>> {
    const { environment, applicationId, secret } = credentials;
    const name = `${applicationId} ${createHash('sha256').update(secret).digest('base64')}`;
    return this.attempt(work, async () => {
      const known = this.verified[environment].get(name);
      if (known && this.clock.monotonic() < known.until) return known;
      const sentAt = this.clock.monotonic();
      const verdict = await this.rpc.call(
        identity.verifyKey,
        environment,
        { applicationId, secret },
        asService('tokens', context),
      );
      if (verdict.verdict !== 'good') return verdict;
      const fenced = { key: verdict.key, until: sentAt + usableMs };
      this.verified[environment].set(name, fenced);
      return fenced;
    });
  }

  /** The same for a person's own key, on whose behalf the call is made. */
  async whileOwnKeyGood<Result>(
    { environment, keyId }: { environment: Environment; keyId: identity.ProvenKey['keyId'] },
    context: RpcContext,
    work: (key: identity.ProvenKey) => Result,
  ): Promise<Outcome<Result>> {
    return this.attempt(work, async () => {
      const sentAt = this.clock.monotonic();
      const verdict = await this.rpc.call(identity.verifyOwnKey, environment, { keyId }, context);
      return verdict.verdict === 'good' ? { key: verdict.key, until: sentAt + usableMs } : verdict;
    });
  }

  private async attempt<Result>(
    work: (key: identity.ProvenKey) => Result,
    verify: () => Promise<Fenced | Exclude<identity.KeyVerdict, { verdict: 'good' }>>,
  ): Promise<Outcome<Result>> {
    for (let attempt = 0; attempt < attemptsMax; attempt += 1) {
      const verified = await verify();
      if ('verdict' in verified) return { good: false, verdict: verified };
      const result = work(verified.key);
      if (this.clock.monotonic() < verified.until) return { good: true, result };
    }
    throw unavailable(new Error('answers about keys arrive later than the fence allows'));
  }
}
