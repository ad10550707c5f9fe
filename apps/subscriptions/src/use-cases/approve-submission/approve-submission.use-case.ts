import { actorOf, subscriptions, type RequestOf, type StaffCaller } from '#libs/contracts';
import type { Tx } from '#libs/database';
import { fail } from '#libs/errors';
import { RpcHandler, staffOf, UseCase, type RpcContext } from '#libs/rpc';
import { IdempotentTransaction } from '#libs/service';
import type { AccountSides } from '../../domain/account-side';
import { moves } from '../../domain/phases';
import { approvalVerdict } from '../../domain/four-eyes';
import { approvalsOf, insertApproval } from '../../storage/approvals.repository';
import { endClaim } from '../../storage/claims.repository';
import { reachMilestone } from '../../storage/milestones.repository';
import type { UnderReview } from '../../storage/submissions.repository';
import { decide, lockPending } from '../../workflows/deciding';
import { describeReview } from '../../views/review.view';
import { openProductionIfNothingLacks } from '../../workflows/opening-production';
import { aggregateOf, submissionEventData } from '../../views/subscription.event-data';
import { AccountSideReader } from '../../workflows/account-sides';

/**
 * B38: to production. The right to production keys opens with it, unless payment is due (B46); the keys themselves
 * the partner makes, at once if they wish (B45). On a four-eyes plan once a second reviewer has approved, too (B43).
 *
 * @throws not_found, subscriptions.cancelled, subscriptions.already_decided, subscriptions.another_submission, subscriptions.claimed,
 * subscriptions.another_must_approve
 */
@UseCase()
export class ApproveSubmission {
  constructor(
    private readonly transaction: IdempotentTransaction,
    private readonly sides: AccountSideReader,
  ) {}

  @RpcHandler(subscriptions.approveSubmission)
  async execute(request: RequestOf<typeof subscriptions.approveSubmission>, context: RpcContext) {
    const { notes } = request;
    const staff = staffOf(context);
    const sides = await this.sides.ofSubmissions([request.submissionId], context);
    const { reply } = await this.transaction.run(context, request, async (tx) => {
      const review = await lockPending(tx, request, staff);
      if (await this.isEnough(tx, review, staff, notes)) await this.approve(tx, review, staff, { notes, sides });
      return describeReview(tx.manager, review.submission.id, sides, staff);
    });
    return reply;
  }

  /** On a four-eyes plan the first of two approvals changes nothing that the partner sees: no phase, no version, no record. */
  private async isEnough(tx: Tx, review: UnderReview, staff: StaffCaller, notes: string | null): Promise<boolean> {
    const { submission, withPlan } = review;
    const { fourEyes } = withPlan.plan;
    if (!fourEyes) return true;
    const given = await approvalsOf(tx.manager, [submission.id]);
    const staffIds = given.map(({ staffId }) => staffId);
    const verdict = approvalVerdict(fourEyes, staffIds, staff.staffId);
    if (verdict === 'own_already')
      fail('subscriptions.another_must_approve', 'You have approved this submission. Somebody else must, too.');
    await insertApproval(tx, submission.id, staff, notes);
    if (verdict === 'approved') return true;
    await endClaim(tx, submission.id);
    await tx.publishEvent(subscriptions.firstApprovalGiven, aggregateOf(withPlan), {
      ...submissionEventData(withPlan, submission, actorOf(staff)),
      partnerId: null,
      notes,
    });
    return false;
  }

  private async approve(tx: Tx, review: UnderReview, staff: StaffCaller, { notes, sides }: Approval): Promise<void> {
    const by = actorOf(staff);
    const { phase } = review.withPlan.subscription;
    // Of a change the answers alone are others from now on: production was approved before, and goes on.
    const isChange = phase !== moves.approved.from;
    const { submission, withPlan } = await decide(tx, review, {
      decision: 'approved',
      by: staff,
      notes,
      ...(!isChange && { change: { approvedAt: tx.now } }),
    });
    await reachMilestone(tx, { partnerId: withPlan.subscription.partnerId, milestone: 'approved', at: tx.now });
    await tx.publishEvent(subscriptions.submissionApproved, aggregateOf(withPlan), {
      ...submissionEventData(withPlan, submission, by),
      notes,
    });
    if (!isChange) await openProductionIfNothingLacks(tx, withPlan, by, sides);
  }
}

interface Approval {
  notes: string | null;
  sides: AccountSides;
}
