import { Module } from '@nestjs/common';
import { defineService } from '#libs/service';
import { subscriptionsConfig } from './config';
import { AccountSideReader } from './workflows/account-sides';
import { EndingCancelled } from './workflows/ending-cancelled';
import { Endpoints } from './workflows/endpoints';
import { ProductionAnnouncements } from './workflows/production-announcements';
import { ReviewClocks } from './workflows/review-clocks';
import { ReviewTalking } from './workflows/review-talking';
import { FormChecks } from './forms/form-checks';
import { entities } from './storage/entities';
import { retention } from './storage/retention';
import { OnApiAccessChanged } from './event-handlers/on-api-access-changed/on-api-access-changed.event-handler';
import { OnMilestone } from './event-handlers/on-milestone/on-milestone.event-handler';
import { OnPartnerChanged } from './event-handlers/on-partner-changed/on-partner-changed.event-handler';
import { OnStaffChanged } from './event-handlers/on-staff-changed/on-staff-changed.event-handler';
import { AddToReviewTalk } from './use-cases/add-to-review-talk/add-to-review-talk.use-case';
import { ApproveSubmission } from './use-cases/approve-submission/approve-submission.use-case';
import { CancelInProduction } from './use-cases/cancel-in-production/cancel-in-production.use-case';
import { CancelSubscription } from './use-cases/cancel-subscription/cancel-subscription.use-case';
import { CheckGrant } from './use-cases/check-grant/check-grant.use-case';
import { ClaimSubmission } from './use-cases/claim-submission/claim-submission.use-case';
import { FindConcealed } from './use-cases/find-concealed/find-concealed.use-case';
import { CreatePlan } from './use-cases/create-plan/create-plan.use-case';
import { CreateProduct } from './use-cases/create-product/create-product.use-case';
import { CreateSubscription } from './use-cases/create-subscription/create-subscription.use-case';
import { NudgeReview } from './use-cases/nudge-review/nudge-review.use-case';
import { ReadMilestones } from './use-cases/read-milestones/read-milestones.use-case';
import { ReadProducts } from './use-cases/read-products/read-products.use-case';
import { ReadReviewMessages } from './use-cases/read-review-messages/read-review-messages.use-case';
import { ReadReviewTalk } from './use-cases/read-review-talk/read-review-talk.use-case';
import { ReadReviews } from './use-cases/read-reviews/read-reviews.use-case';
import { ReadSubscriptions } from './use-cases/read-subscriptions/read-subscriptions.use-case';
import { RecordPayment } from './use-cases/record-payment/record-payment.use-case';
import { RejectSubmission } from './use-cases/reject-submission/reject-submission.use-case';
import { RestoreSubscription } from './use-cases/restore-subscription/restore-subscription.use-case';
import { ReopenSubscription } from './use-cases/reopen-subscription/reopen-subscription.use-case';
import { RequestChanges } from './use-cases/request-changes/request-changes.use-case';
import { SearchSubscriptions } from './use-cases/search-subscriptions/search-subscriptions.use-case';
import { ReviewerGroups } from './use-cases/reviewer-groups/reviewer-groups.use-case';
import { SetPlanReview } from './use-cases/set-plan-review/set-plan-review.use-case';
import { SaveDraft } from './use-cases/save-draft/save-draft.use-case';
import { SendReviewMessage } from './use-cases/send-review-message/send-review-message.use-case';
import { SetSubmissionForm } from './use-cases/set-submission-form/set-submission-form.use-case';
import { SetTestData } from './use-cases/set-test-data/set-test-data.use-case';
import { SubmitForReview } from './use-cases/submit-for-review/submit-for-review.use-case';
import { UndoPayment } from './use-cases/undo-payment/undo-payment.use-case';
import { UpdateProduct } from './use-cases/update-product/update-product.use-case';
import { WithdrawSubmission } from './use-cases/withdraw-submission/withdraw-submission.use-case';

@Module({
  controllers: [
    ReadMilestones,
    ReadProducts,
    CreateProduct,
    UpdateProduct,
    SetTestData,
    CreatePlan,
    SetSubmissionForm,
    SetPlanReview,
    ReviewerGroups,
    FindConcealed,
    CreateSubscription,
    ReadSubscriptions,
    SaveDraft,
    SubmitForReview,
    WithdrawSubmission,
    NudgeReview,
    CancelSubscription,
    CancelInProduction,
    RestoreSubscription,
    SearchSubscriptions,
    ReadReviews,
    ClaimSubmission,
    ApproveSubmission,
    RejectSubmission,
    RequestChanges,
    ReopenSubscription,
    RecordPayment,
    UndoPayment,
    ReadReviewMessages,
    SendReviewMessage,
    ReadReviewTalk,
    AddToReviewTalk,
    CheckGrant,
  ],
  providers: [
    AccountSideReader,
    EndingCancelled,
    Endpoints,
    FormChecks,
    OnApiAccessChanged,
    OnMilestone,
    OnPartnerChanged,
    OnStaffChanged,
    ProductionAnnouncements,
    ReviewClocks,
    ReviewTalking,
  ],
})
export class SubscriptionsModule {}

export const subscriptionsService = defineService({
  name: 'subscriptions',
  module: SubscriptionsModule,
  entities,
  config: subscriptionsConfig,
  retention,
});
