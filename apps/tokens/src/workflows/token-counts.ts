import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { v7 } from 'uuid';
import { Clock, Latch } from '#libs/clock';
import { environments, identity, type Environment, type PersonId, type RequestInput } from '#libs/contracts';
import { Stalls } from '#libs/events';
import { RpcClient } from '#libs/rpc';

/** Every so often what has not been confirmed is sent again. */
const againMs = 1_000;
const confirmedWithinMs = 5_000;
/** Batches; what there is beyond it is not counted. Without `identity` there are no tokens to count. */
const unconfirmedMax = 2_000;
/** Half of how long `identity` knows which batches it has counted. */
const keptMs = 1_800_000;

interface Batch extends RequestInput<typeof identity.countTokens> {
  /** Monotonic milliseconds. */
  madeAt: number;
}

interface Counting {
  /** Of this turn of the event loop. */
  made: Map<string, identity.CountedTokens>;
  unconfirmed: Map<string, Batch>;
  /** Nothing new is sent but after what is missing. */
  isStalled: boolean;
}

const nothing = (): Counting => ({ made: new Map(), unconfirmed: new Map(), isStalled: false });

/**
 * B23: has `identity` count the tokens that are made (docs/adr/0041). What is made in one turn of the event loop leaves before the
 * tokens themselves do, on the same connection, and is sent again until it is known to be written down: so a count is lost only
 * with this process and the copy of `identity` that had it, both within a moment.
 */
@Injectable()
export class TokenCounts implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly countings: Record<Environment, Counting> = { sandbox: nothing(), production: nothing() };
  private readonly stopping = new Latch();
  private loop: Promise<void> | undefined;

  constructor(
    private readonly rpc: RpcClient,
    private readonly clock: Clock,
    private readonly stalls: Stalls,
  ) {}

  onApplicationBootstrap(): void {
    this.loop = this.keepSendingAgain();
  }

  /** Before the connections are closed. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stopping.raise();
    await this.loop;
  }

  /** @param expiresAt seconds since 1970 */
  add(environment: Environment, key: identity.ProvenKey, expiresAt: number, madeBy: PersonId | null = null): void {
    const { made } = this.countings[environment];
    // Whoever makes the token goes on after this, and its answer leaves later.
    if (made.size === 0) queueMicrotask(() => this.sendMade(environment));
    const { keyId, partnerId, epoch } = key;
    const name = [keyId, madeBy, epoch, Math.ceil(expiresAt / 60)].join(' ');
    const before = made.get(name);
    if (!before) return void made.set(name, { keyId, partnerId, madeBy, epoch, tokens: 1, expiresAt });
    before.tokens += 1;
    before.expiresAt = Math.max(before.expiresAt, expiresAt);
  }

  private sendMade(environment: Environment): void {
    const counting = this.countings[environment];
    const items = [...counting.made.values()];
    counting.made.clear();
    for (let from = 0; from < items.length; from += identity.countedTokensMax) {
      const chunk = items.slice(from, from + identity.countedTokensMax);
      const batch = { batchId: v7(), items: chunk, madeAt: this.clock.monotonic() };
      if (counting.unconfirmed.size >= unconfirmedMax) continue;
      counting.unconfirmed.set(batch.batchId, batch);
      if (!counting.isStalled) void this.send(environment, batch);
    }
  }

  /** @returns whether it is written down */
  private async send(environment: Environment, { batchId, items }: Batch): Promise<boolean> {
    const counting = this.countings[environment];
    const what = `counting tokens in ${environment}`;
    try {
      await this.rpc.call(
        identity.countTokens,
        environment,
        { batchId, items },
        this.rpc.systemContext(undefined, confirmedWithinMs),
      );
      counting.unconfirmed.delete(batchId);
      this.stalls.goOn(what);
      return true;
    } catch (error) {
      counting.isStalled = true;
      this.stalls.stall(what, error);
      return false;
    }
  }

  private async keepSendingAgain(): Promise<void> {
    while (!this.stopping.raised) {
      await this.stopping.within(againMs);
      await Promise.all(environments.map((environment) => this.sendAgain(environment)));
    }
  }

  private async sendAgain(environment: Environment): Promise<void> {
    const counting = this.countings[environment];
    if (!counting.isStalled) return;
    for (const batch of counting.unconfirmed.values()) {
      if (this.clock.monotonic() - batch.madeAt > keptMs) counting.unconfirmed.delete(batch.batchId);
      else if (!(await this.send(environment, batch))) return;
    }
    counting.isStalled = false;
  }
}
