import { actorOf, subscriptions, type RequestOf, type StaffCaller } from '#libs/contracts';
import type { Tx } from '#libs/database';
import { SlipwayError } from '#libs/errors';
import { RpcHandler, staffOf, UseCase, type RpcContext } from '#libs/rpc';
import { IdempotentTransaction } from '#libs/service';
import { claimVerdict, mayRelease } from '../../domain/claims';
import { claimOf, endClaim, isStillStaff, noteTakenUp, putClaim } from '../../storage/claims.repository';
import type { UnderReview } from '../../storage/submissions.repository';
import { describeReview } from '../../views/review.view';
import { aggregateOf, submissionEventData } from '../../views/subscription.event-data';
import { AccountSideReader } from '../../workflows/account-sides';
import { lockInReview, refuseHeld } from '../../workflows/deciding';

type Claiming = RequestOf<typeof subscriptions.claimSubmission>;

/**
 * B43: one reviewer at a time has a submission, and nobody else decides on it. An admin may take it over. It ends with the
 * decision, a withdrawal or a cancellation, and when whoever has it is staff no more.
 *
 * @throws not_found, forbidden, subscriptions.cancelled, subscriptions.already_decided, subscriptions.claimed
 */
@UseCase()
export class ClaimSubmission {
  constructor(
    private readonly transaction: IdempotentTransaction,
    private readonly sides: AccountSideReader,
  ) {}

  @RpcHandler(subscriptions.claimSubmission)
  async claim(request: Claiming, context: RpcContext) {
    const staff = staffOf(context);
    const sides = await this.sides.ofSubmissions([request.submissionId], context);
    const { reply } = await this.transaction.run(context, request, async (tx) => {
      const review = await lockInReview(tx, request.submissionId, staff);
      await this.takeUp(tx, review, staff, request.takeOver);
      return describeReview(tx.manager, review.submission.id, sides, staff);
    });
    return reply;
  }

  private async takeUp(tx: Tx, { submission, withPlan }: UnderReview, staff: StaffCaller, takeOver: boolean) {
    if (!(await isStillStaff(tx, staff.staffId))) throw new SlipwayError('forbidden', 'You are of the staff no more.');
    const holder = await claimOf(tx.manager, submission.id);
    const verdict = claimVerdict(holder, staff, takeOver);
    if (holder && verdict === 'held') refuseHeld(holder);
    if (verdict !== 'claimed') return;
    await putClaim(tx, submission.id, staff);
    // Who has it after that is the staff's own business, and would tell how far the review has come.
    if (!(await noteTakenUp(tx, submission))) return;
    const data = submissionEventData(withPlan, submission, actorOf(staff));
    await tx.publishEvent(subscriptions.submissionAssigned, aggregateOf(withPlan), data);
  }

  @RpcHandler(subscriptions.releaseSubmission)
  async release(request: RequestOf<typeof subscriptions.releaseSubmission>, context: RpcContext) {
    const staff = staffOf(context);
    await this.transaction.run(context, request, async (tx) => {
      const { submission } = await lockInReview(tx, request.submissionId, staff);
      const holder = await claimOf(tx.manager, submission.id);
      if (holder && !mayRelease(holder, staff)) refuseHeld(holder);
      await endClaim(tx, submission.id);
      return {};
    });
    return {};
  }
}
