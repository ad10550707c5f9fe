import { identity, subscriptions, type RequestOf, type ReviewerGroupId, type StaffId } from '#libs/contracts';
import { afterCursor, Database, newId, pageOf, type Tx } from '#libs/database';
import { fail, invalid } from '#libs/errors';
import { asService, RpcClient, RpcHandler, UseCase, type RpcContext } from '#libs/rpc';
import { IdempotentTransaction } from '#libs/service';
import { Plan, ReviewerGroup } from '../../storage/entities';
import {
  endClaimsOfOutsiders,
  listGroups,
  lockGroup,
  orNameTaken,
  setMembers,
} from '../../storage/reviewer-groups.repository';
import { describeGroups } from '../../views/reviewer-group.view';

/**
 * B43: who reviews what. A plan may name a group (`set-plan-review`); whoever is not in it neither sees nor decides. A change
 * holds from the moment its call has returned.
 *
 * @throws not_found, invalid_request, subscriptions.group_name_taken, subscriptions.group_in_use, unavailable
 */
@UseCase()
export class ReviewerGroups {
  constructor(
    private readonly rpc: RpcClient,
    private readonly database: Database,
    private readonly transaction: IdempotentTransaction,
  ) {}

  @RpcHandler(subscriptions.listReviewerGroups)
  list({ limit, cursor }: RequestOf<typeof subscriptions.listReviewerGroups>) {
    return this.database.reading('shared', async (manager) => {
      const { rows, nextCursor } = pageOf(await listGroups(manager, limit, afterCursor(cursor)), limit);
      return { items: await describeGroups(manager, rows), nextCursor };
    });
  }

  @RpcHandler(subscriptions.createReviewerGroup)
  async create(request: RequestOf<typeof subscriptions.createReviewerGroup>, context: RpcContext) {
    await this.requireStaff(request.members, context);
    const create = this.transaction.run(context, request, async (tx) => {
      const id = newId<ReviewerGroupId>();
      await tx.manager.insert(ReviewerGroup, { id, name: request.name });
      await setMembers(tx, id, request.members);
      return this.describe(tx, id);
    });
    const { reply } = await create.catch(orNameTaken);
    return reply;
  }

  @RpcHandler(subscriptions.updateReviewerGroup)
  async update(request: RequestOf<typeof subscriptions.updateReviewerGroup>, context: RpcContext) {
    const { reviewerGroupId: id, name, members } = request;
    if (members) await this.requireStaff(members, context);
    const update = this.transaction.run(context, request, async (tx) => {
      await lockGroup(tx, id);
      if (name !== undefined) await tx.manager.update(ReviewerGroup, { id }, { name });
      if (members) {
        await setMembers(tx, id, members);
        await endClaimsOfOutsiders(tx);
      }
      return this.describe(tx, id);
    });
    const { reply } = await update.catch(orNameTaken);
    return reply;
  }

  /** Not while a plan names it: everybody would review that one then. */
  @RpcHandler(subscriptions.deleteReviewerGroup)
  async delete(request: RequestOf<typeof subscriptions.deleteReviewerGroup>, context: RpcContext) {
    const { reviewerGroupId: id } = request;
    await this.transaction.run(context, request, async (tx) => {
      await lockGroup(tx, id);
      const plans = await tx.manager.countBy(Plan, { reviewerGroupId: id });
      if (plans > 0) fail('subscriptions.group_in_use', `${plans} plans are reviewed by this group.`, { plans });
      await tx.manager.delete(ReviewerGroup, { id });
      return {};
    });
    return {};
  }

  private async describe({ manager }: Tx, id: ReviewerGroupId): Promise<subscriptions.ReviewerGroup> {
    const [group] = await describeGroups(manager, await manager.findBy(ReviewerGroup, { id }));
    if (!group) throw new Error(`group ${id} was not described`);
    return group;
  }

  /** Called before the transaction, so that no connection is held meanwhile. */
  private async requireStaff(members: StaffId[], context: RpcContext): Promise<void> {
    if (members.length === 0) return;
    const caller = asService('subscriptions', context);
    const { staffIds } = await this.rpc.call(identity.findStaff, 'shared', { staffIds: members }, caller);
    const known = new Set(staffIds);
    const faults = members.flatMap((id, index) => {
      if (members.indexOf(id) < index) return [{ pointer: `/members/${index}`, detail: 'is named twice' }];
      return known.has(id) ? [] : [{ pointer: `/members/${index}`, detail: 'is nobody of the staff' }];
    });
    if (faults.length > 0) throw invalid(faults);
  }
}
