import type { BeforeApplicationShutdown } from '@nestjs/common';
import { Latch } from '#libs/clock';
import { identity, type Environment, type RequestOf } from '#libs/contracts';
import { RpcHandler, UseCase, type RpcContext } from '#libs/rpc';
import { Gathering } from '../../storage/gathering';
import { TokenCounts, type Batch } from '../../storage/token-counts.repository';

const gatheredMs = 200;
const waitingMax = 5_000;

/** B23: counts the tokens that were made. Answered once it is written down; what is not answered is sent again. */
@UseCase()
export class CountTokens implements BeforeApplicationShutdown {
  private readonly stopping = new Latch();
  private readonly gatherings: Record<Environment, Gathering<Batch, void>>;

  constructor(private readonly counts: TokenCounts) {
    this.gatherings = { sandbox: this.gatheringOf('sandbox'), production: this.gatheringOf('production') };
  }

  /** Nobody who waits for an answer need wait for more. */
  beforeApplicationShutdown(): void {
    this.stopping.raise();
  }

  /** @throws unavailable */
  @RpcHandler(identity.countTokens)
  async count(batch: RequestOf<typeof identity.countTokens>, { scope }: RpcContext) {
    await this.gatherings[scope as Environment].add(batch);
    return {};
  }

  private gatheringOf(environment: Environment): Gathering<Batch, void> {
    const write = async (batches: Batch[]) => {
      await this.counts.add(environment, batches);
      return batches.map(() => undefined);
    };
    return new Gathering(write, waitingMax, () => this.stopping.within(gatheredMs));
  }
}
