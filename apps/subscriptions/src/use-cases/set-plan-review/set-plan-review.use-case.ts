import { subscriptions, type RequestOf, type ReviewerGroupId } from '#libs/contracts';
import type { Tx } from '#libs/database';
import { invalid, notFound } from '#libs/errors';
import { RpcHandler, UseCase, type RpcContext } from '#libs/rpc';
import { IdempotentTransaction } from '#libs/service';
import { Plan, ReviewerGroup } from '../../storage/entities';
import { endClaimsOfOutsiders } from '../../storage/reviewer-groups.repository';
import { describePlan } from '../../views/catalogue.view';

/** B43: who reviews what is submitted on a plan, from now on and what waits already. @throws not_found, invalid_request */
@UseCase()
export class SetPlanReview {
  constructor(private readonly transaction: IdempotentTransaction) {}

  @RpcHandler(subscriptions.setPlanReview)
  async execute(request: RequestOf<typeof subscriptions.setPlanReview>, context: RpcContext) {
    const { productId, planId, ...review } = request;
    const { reply } = await this.transaction.run(context, request, async (tx) => {
      const where = { id: planId, productId };
      const plan = await tx.manager.findOne(Plan, { where, lock: { mode: 'pessimistic_write' } });
      if (!plan) throw notFound();
      await requireGroup(tx, review.reviewerGroupId);
      await tx.manager.update(Plan, { id: planId }, review);
      await endClaimsOfOutsiders(tx);
      return describePlan(tx.manager, planId);
    });
    return reply;
  }
}

/** Nobody deletes it meanwhile. */
async function requireGroup({ manager }: Tx, id: ReviewerGroupId | null): Promise<void> {
  if (id === null) return;
  if (await manager.findOne(ReviewerGroup, { where: { id }, lock: { mode: 'pessimistic_read' } })) return;
  throw invalid([{ pointer: '/reviewerGroupId', detail: 'There is no such group of reviewers.' }]);
}
