import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import type {
  Actor,
  DraftVersion,
  Environment,
  identity,
  PartnerId,
  PlanId,
  ProductId,
  ReviewerGroupId,
  StaffId,
  StaffRole,
  ReviewMessageId,
  SubmissionId,
  subscriptions,
  SubscriptionId,
} from '#libs/contracts';
import type { Action } from '../domain/phases';

/** `pg` hands out bigint as text; amounts are safe integers by contract. */
const amount = {
  to: (value: number | null) => value,
  from: (value: string | null) => (value === null ? null : Number(value)),
};

@Entity({ schema: 'subscriptions', name: 'products' })
export class Product {
  @PrimaryColumn('uuid') id!: ProductId;
  @Column('text') name!: string;
  @Column('text') slug!: string;
  @Column('text') description!: string;
  @Column('text', { name: 'endpoint_sandbox', nullable: true }) endpointSandbox!: string | null;
  @Column('text', { name: 'endpoint_production', nullable: true }) endpointProduction!: string | null;
}

@Entity({ schema: 'subscriptions', name: 'test_data' })
export class TestDatum {
  @PrimaryColumn('uuid', { name: 'product_id' }) productId!: ProductId;
  @PrimaryColumn('smallint') position!: number;
  @Column('text') type!: string;
  @Column('text') name!: string;
  @Column('text') description!: string;
  @Column('text') value!: string;
}

@Entity({ schema: 'subscriptions', name: 'plans' })
export class Plan {
  @PrimaryColumn('uuid') id!: PlanId;
  @Column('uuid', { name: 'product_id' }) productId!: ProductId;
  @ManyToOne(() => Product) @JoinColumn({ name: 'product_id' }) product!: Product;
  @Column('text') name!: string;
  @Column('boolean') sandbox!: boolean;
  @Column('boolean') approval!: boolean;
  @Column('bigint', { name: 'price_amount_minor', nullable: true, transformer: amount }) priceAmountMinor!:
    number | null;
  @Column('text', { name: 'price_currency', nullable: true }) priceCurrency!: string | null;
  @Column('text', { name: 'price_interval', nullable: true }) priceInterval!: 'once' | 'month' | 'year' | null;
  @Column('text', { name: 'credential_type' }) credentialType!: 'client_secret';
  /** The version in force; null: no form. */
  @Column('integer', { name: 'form_version', nullable: true }) formVersion!: number | null;
  /** Whose members alone review what is submitted on it; null: every reviewer. */
  @Column('uuid', { name: 'reviewer_group_id', nullable: true }) reviewerGroupId!: ReviewerGroupId | null;
  /** Whether two different people approve what is submitted on it. */
  @Column('boolean', { name: 'four_eyes' }) fourEyes!: boolean;
  /** By the end of the how manieth working day it is to be decided; null: whenever. */
  @Column('integer', { name: 'due_working_days', nullable: true }) dueWorkingDays!: number | null;
  /** After which its keys expire that are made from then on; null: they do not. */
  @Column('integer', { name: 'key_lifetime_days', nullable: true }) keyLifetimeDays!: number | null;
  @Column('text', { name: 'key_slots_per' }) keySlotsPer!: identity.KeySlotsPer;
}

@Entity({ schema: 'subscriptions', name: 'reviewer_groups' })
export class ReviewerGroup {
  @PrimaryColumn('uuid') id!: ReviewerGroupId;
  @Column('text') name!: string;
}

@Entity({ schema: 'subscriptions', name: 'reviewer_group_members' })
export class ReviewerGroupMember {
  @PrimaryColumn('uuid', { name: 'group_id' }) groupId!: ReviewerGroupId;
  @PrimaryColumn('uuid', { name: 'staff_id' }) staffId!: StaffId;
}

@Entity({ schema: 'subscriptions', name: 'form_versions' })
export class FormVersion {
  @PrimaryColumn('uuid', { name: 'plan_id' }) planId!: PlanId;
  @PrimaryColumn('integer') version!: number;
  @Column('json') steps!: subscriptions.FormStep[];
  @Column('jsonb', { name: 'created_by' }) createdBy!: Actor;
}

/** A partner as `identity` has published it last. */
@Entity({ schema: 'subscriptions', name: 'partners' })
export class Partner {
  @PrimaryColumn('uuid') id!: PartnerId;
  @Column('text') name!: string;
  @Column('text') domain!: string;
  @Column('boolean') verified!: boolean;
  @Column('boolean') suspended!: boolean;
  @Column('integer') version!: number;
}

@Entity({ schema: 'subscriptions', name: 'subscriptions' })
export class Subscription {
  @PrimaryColumn('uuid') id!: SubscriptionId;
  @Column('uuid', { name: 'partner_id' }) partnerId!: PartnerId;
  @Column('uuid', { name: 'plan_id' }) planId!: PlanId;
  @Column('text') name!: string;
  @Column('text') phase!: subscriptions.Phase;
  @Column('integer') version!: number;
  @Column('boolean', { name: 'changes_requested' }) changesRequested!: boolean;
  @Column('text', { name: 'payment_state' }) paymentState!: subscriptions.PaymentState;
  @Column('text', { name: 'payment_reference', nullable: true }) paymentReference!: string | null;
  @Column('timestamptz', { name: 'paid_at', nullable: true }) paidAt!: Date | null;
  @Column('timestamptz', { name: 'approved_at', nullable: true }) approvedAt!: Date | null;
  @Column('timestamptz', { name: 'cancelled_at', nullable: true }) cancelledAt!: Date | null;
  /** Of a cancelled one: until when it may be restored. Null: no more. */
  @Column('timestamptz', { name: 'restorable_until', nullable: true }) restorableUntil!: Date | null;
  @Column('timestamptz', { name: 'created_at' }) createdAt!: Date;
}

/** A cancelled subscription that is to end when the time to restore it is over. */
@Entity({ schema: 'subscriptions', name: 'cancellations' })
export class Cancellation {
  @PrimaryColumn('uuid') id!: SubscriptionId;
  @Column('timestamptz', { name: 'next_attempt_at', nullable: true }) nextAttemptAt!: Date | null;
}

@Entity({ schema: 'subscriptions', name: 'submissions' })
export class Submission {
  @PrimaryColumn('uuid') id!: SubmissionId;
  @Column('uuid', { name: 'subscription_id' }) subscriptionId!: SubscriptionId;
  @Column('integer') number!: number;
  @Column('integer', { name: 'form_version', nullable: true }) formVersion!: number | null;
  @Column('json') answers!: subscriptions.FormAnswers;
  @Column('text') state!: subscriptions.SubmissionState;
  @Column('jsonb', { name: 'submitted_by' }) submittedBy!: Actor;
  @Column('timestamptz', { name: 'submitted_at' }) submittedAt!: Date;
  @Column('jsonb', { name: 'decided_by', nullable: true }) decidedBy!: Actor | null;
  @Column('timestamptz', { name: 'decided_at', nullable: true }) decidedAt!: Date | null;
  @Column('text', { nullable: true }) notes!: string | null;
  @Column('json') items!: subscriptions.ChangeItem[];
  /** When somebody claimed it for the first time. */
  @Column('timestamptz', { name: 'taken_up_at', nullable: true }) takenUpAt!: Date | null;
  /** By when it is to be decided; null: whenever, or nobody has found out yet. */
  @Column('timestamptz', { name: 'due_at', nullable: true }) dueAt!: Date | null;
  /** When the partner has asked what has become of it. */
  @Column('timestamptz', { name: 'nudged_at', nullable: true }) nudgedAt!: Date | null;
  /** To the notes of the decision before. */
  @Column('json') responses!: subscriptions.ChangeResponse[];
}

/** A submission in review of which somebody is to be reminded. */
@Entity({ schema: 'subscriptions', name: 'review_clocks' })
export class ReviewClock {
  /** Of the submission. */
  @PrimaryColumn('uuid') id!: SubmissionId;
  @Column('integer', { name: 'working_days' }) workingDays!: number;
  @Column('timestamptz', { name: 'reminded_at', nullable: true }) remindedAt!: Date | null;
  @Column('timestamptz', { name: 'next_attempt_at', nullable: true }) nextAttemptAt!: Date | null;
}

/** Who has a submission in review. */
@Entity({ schema: 'subscriptions', name: 'claims' })
export class Claim {
  @PrimaryColumn('uuid', { name: 'submission_id' }) submissionId!: SubmissionId;
  @Column('uuid', { name: 'staff_id' }) staffId!: StaffId;
  @Column('jsonb', { name: 'claimed_by' }) claimedBy!: Actor;
  @Column('text') role!: StaffRole;
  @Column('timestamptz', { name: 'claimed_at' }) claimedAt!: Date;
}

/** On a four-eyes plan: of each who has approved a submission. */
@Entity({ schema: 'subscriptions', name: 'approvals' })
export class Approval {
  @PrimaryColumn('uuid', { name: 'submission_id' }) submissionId!: SubmissionId;
  @PrimaryColumn('uuid', { name: 'staff_id' }) staffId!: StaffId;
  @Column('jsonb', { name: 'approved_by' }) approvedBy!: Actor;
  @Column('text', { nullable: true }) notes!: string | null;
  @Column('timestamptz') at!: Date;
}

/** One of the staff as `identity` has published them last. */
@Entity({ schema: 'subscriptions', name: 'staff' })
export class Staff {
  @PrimaryColumn('uuid') id!: StaffId;
  @Column('boolean') active!: boolean;
  @Column('integer') version!: number;
}

@Entity({ schema: 'subscriptions', name: 'transitions' })
export class Transition {
  @PrimaryColumn('uuid', { name: 'subscription_id' }) subscriptionId!: SubscriptionId;
  @PrimaryColumn('integer') version!: number;
  @Column('text') action!: Action;
  @Column('text', { name: 'from_phase', nullable: true }) from!: subscriptions.Phase | null;
  @Column('text', { name: 'to_phase' }) to!: subscriptions.Phase;
  @Column('jsonb') actor!: Actor;
  @Column('text', { nullable: true }) notes!: string | null;
  @Column('uuid', { name: 'submission_id', nullable: true }) submissionId!: SubmissionId | null;
  @Column('timestamptz') at!: Date;
}

@Entity({ schema: 'subscriptions', name: 'grants' })
export class Grant {
  @PrimaryColumn('uuid', { name: 'subscription_id' }) subscriptionId!: SubscriptionId;
  @PrimaryColumn('text') environment!: Environment;
  @Column('timestamptz', { name: 'opened_at' }) openedAt!: Date;
  /** Of production: what of the account the partner was told last to be missing. Null: nobody knows. */
  @Column('text', { name: 'published_missing', array: true, nullable: true }) publishedMissing!:
    identity.AccountBlocker[] | null;
}

/** A submission in the making. */
@Entity({ schema: 'subscriptions', name: 'drafts' })
export class Draft {
  @PrimaryColumn('uuid', { name: 'subscription_id' }) subscriptionId!: SubscriptionId;
  @Column('uuid') version!: DraftVersion;
  @Column('json') answers!: subscriptions.FormAnswers;
  @Column('integer', { name: 'form_version', nullable: true }) formVersion!: number | null;
  @Column('jsonb', { name: 'saved_by' }) savedBy!: Actor;
  @Column('timestamptz', { name: 'saved_at' }) savedAt!: Date;
}

/** Who writes in a review. */
export type Side = 'partner' | 'staff';

abstract class Written {
  @PrimaryColumn('uuid') id!: ReviewMessageId;
  @Column('uuid', { name: 'subscription_id' }) subscriptionId!: SubscriptionId;
  @Column('uuid', { name: 'partner_id' }) partnerId!: PartnerId;
  @Column('text') text!: string;
  @Column('jsonb') author!: Actor;
  @Column('text') side!: Side;
  @Column('timestamptz') at!: Date;
}

/** What one side of a review has written to the other. */
@Entity({ schema: 'subscriptions', name: 'review_messages' })
export class ReviewMessage extends Written {}

/** What staff alone sees. Nothing that a partner is shown, or that is published, is read from here. */
@Entity({ schema: 'subscriptions', name: 'internal_notes' })
export class InternalNote extends Written {}

export const entities = [
  Product,
  TestDatum,
  Plan,
  ReviewerGroup,
  ReviewerGroupMember,
  FormVersion,
  Partner,
  Subscription,
  Cancellation,
  Submission,
  ReviewClock,
  Claim,
  Approval,
  Staff,
  Transition,
  Grant,
  Draft,
  ReviewMessage,
  InternalNote,
];
