import { subscriptions, type ReplyOf, type RequestOf } from '#libs/contracts';
import { Database } from '#libs/database';
import { RpcHandler, personOf, UseCase, type RpcContext } from '#libs/rpc';
import { milestonesOf } from '../../storage/milestones.repository';

/** B62: how far the caller's own organisation has come. */
@UseCase()
export class ReadMilestones {
  constructor(private readonly database: Database) {}

  @RpcHandler(subscriptions.listMilestones)
  async list(
    _request: RequestOf<typeof subscriptions.listMilestones>,
    context: RpcContext,
  ): Promise<ReplyOf<typeof subscriptions.listMilestones>> {
    const { partnerId } = personOf(context);
    const reached = await this.database.reading('shared', (manager) => milestonesOf(manager, partnerId));
    return {
      items: subscriptions.milestone.options.map((milestone) => {
        const found = reached.find((one) => one.milestone === milestone);
        return { milestone, reachedAt: found?.reachedAt.toISOString() ?? null, requestId: found?.requestId ?? null };
      }),
    };
  }
}
