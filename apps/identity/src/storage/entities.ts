import { Column, Entity, PrimaryColumn } from 'typeorm';
import type {
  AccountId,
  Actor,
  Environment,
  identity,
  KeyId,
  PartnerId,
  PartnerRole,
  PersonId,
  ProductId,
  StaffId,
  StaffRole,
  SubscriptionId,
} from '#libs/contracts';

/** Postgres hands a bigint over as text. */
const asNumber = { from: Number, to: (value: number): number => value };

@Entity({ schema: 'identity', name: 'partners' })
export class Partner {
  @PrimaryColumn('uuid') id!: PartnerId;
  @Column('text') name!: string;
  @Column('text') domain!: string;
  @Column('text') programme!: string;
  @Column('text') type!: string;
  @Column('boolean') verified!: boolean;
  @Column('timestamptz', { name: 'suspended_at', nullable: true }) suspendedAt!: Date | null;
  @Column('text', { name: 'suspension_notes', nullable: true }) suspensionNotes!: string | null;
  @Column('smallint', { name: 'key_limit_sandbox', nullable: true }) keyLimitSandbox!: number | null;
  @Column('smallint', { name: 'key_limit_production', nullable: true }) keyLimitProduction!: number | null;
  @Column('integer') version!: number;
  /** That others were told of last. */
  @Column('integer', { name: 'announced_version' }) announcedVersion!: number;
  @Column('timestamptz', { name: 'created_at' }) createdAt!: Date;
}

/** The provider itself: one row. Its logo is read apart. */
@Entity({ schema: 'identity', name: 'provider' })
export class Provider {
  @PrimaryColumn('boolean') id!: boolean;
  @Column('text', { nullable: true }) name!: string | null;
  @Column('text', { name: 'contact_email', nullable: true }) contactEmail!: string | null;
  @Column('text', { name: 'contact_url', nullable: true }) contactUrl!: string | null;
  @Column('json', { name: 'review_days', nullable: true }) reviewDays!: identity.ReviewDays | null;
  @Column('json') calendar!: identity.ProviderCalendar;
  @Column('text', { name: 'logo_type', nullable: true }) logoType!: identity.LogoType | null;
  @Column('bytea', { nullable: true }) logo!: Buffer | null;
  @Column('integer') version!: number;
}

@Entity({ schema: 'identity', name: 'provider_policies' })
export class ProviderPolicy {
  @PrimaryColumn('integer') version!: number;
  @Column('text') text!: string;
  @Column('jsonb', { name: 'created_by' }) createdBy!: Actor;
  @Column('timestamptz', { name: 'created_at' }) createdAt!: Date;
}

@Entity({ schema: 'identity', name: 'domains' })
export class Domain {
  @PrimaryColumn('text') domain!: string;
  @Column('text') environment!: Environment;
  @Column('uuid', { name: 'partner_id' }) partnerId!: PartnerId;
  @Column('uuid', { name: 'account_id' }) accountId!: AccountId;
}

@Entity({ schema: 'identity', name: 'registrations' })
export class Registration {
  @PrimaryColumn('uuid', { default: () => 'gen_random_uuid()' }) id!: string;
  @Column('uuid', { name: 'partner_id' }) partnerId!: PartnerId;
  @Column('text') domain!: string;
  @Column('text') challenge!: string;
  @Column('timestamptz', { name: 'checked_at', nullable: true }) checkedAt!: Date | null;
  @Column('timestamptz', { name: 'proven_at', nullable: true }) provenAt!: Date | null;
  @Column('timestamptz', { name: 'confirmed_at', nullable: true }) confirmedAt!: Date | null;
  @Column('timestamptz', { name: 'expires_at' }) expiresAt!: Date;
  @Column('timestamptz', { name: 'warned_at', nullable: true }) warnedAt!: Date | null;
  @Column('timestamptz', { name: 'expired_at', nullable: true }) expiredAt!: Date | null;
  @Column('timestamptz', { name: 'next_attempt_at', nullable: true }) nextAttemptAt!: Date | null;
}

@Entity({ schema: 'identity', name: 'account_requests' })
export class AccountRequest {
  @PrimaryColumn('text') environment!: Environment;
  @PrimaryColumn('uuid', { name: 'partner_id' }) partnerId!: PartnerId;
  @Column('uuid', { name: 'account_id' }) accountId!: AccountId;
  @Column('text') domain!: string;
  @Column('text') state!: 'provisioning' | 'awaiting_setup' | 'active' | 'failed';
  @Column('text', { nullable: true }) failure!: string | null;
  @Column('text') username!: string;
  @Column('text', { name: 'display_name' }) displayName!: string;
  @Column('text') email!: string;
  @Column('text', { name: 'password_hash', nullable: true }) passwordHash!: string | null;
}

@Entity({ schema: 'identity', name: 'eligibility_rules' })
export class EligibilityRule {
  @PrimaryColumn('text') environment!: Environment;
  @PrimaryColumn('text') programme!: string;
  @PrimaryColumn('text') type!: string;
}

@Entity({ schema: 'identity', name: 'staff' })
export class StaffMember {
  @PrimaryColumn('uuid') id!: StaffId;
  @Column('text') email!: string;
  @Column('text', { name: 'display_name' }) displayName!: string;
  @Column('text') role!: StaffRole;
  @Column('text', { name: 'password_hash' }) passwordHash!: string;
  @Column('boolean') active!: boolean;
  @Column('integer') version!: number;
  @Column('timestamptz', { name: 'created_at' }) createdAt!: Date;
}

@Entity({ schema: 'identity', name: 'second_factors' })
export class SecondFactor {
  @PrimaryColumn('uuid', { name: 'staff_id' }) staffId!: StaffId;
  @Column('bytea', { nullable: true }) secret!: Buffer | null;
  @Column('bytea', { name: 'next_secret', nullable: true }) nextSecret!: Buffer | null;
  @Column('bigint', { name: 'used_step', transformer: asNumber }) usedStep!: number;
  @Column('smallint', { name: 'wrong_codes' }) wrongCodes!: number;
  @Column('timestamptz', { name: 'wrong_since', nullable: true }) wrongSince!: Date | null;
}

@Entity({ schema: 'identity', name: 'recovery_codes' })
export class RecoveryCode {
  @PrimaryColumn('uuid', { name: 'staff_id' }) staffId!: StaffId;
  @PrimaryColumn('bytea', { name: 'code_hash' }) codeHash!: Buffer;
}

@Entity({ schema: 'identity', name: 'accounts' })
export class Account {
  @PrimaryColumn('text') environment!: Environment;
  @PrimaryColumn('uuid') id!: AccountId;
  @Column('uuid', { name: 'partner_id' }) partnerId!: PartnerId;
  @Column('text') domain!: string;
  @Column('text') state!: 'awaiting_setup' | 'active';
  @Column('boolean', { name: 'api_access' }) apiAccess!: boolean;
  @Column('timestamptz', { name: 'policy_accepted_at', nullable: true }) policyAcceptedAt!: Date | null;
  @Column('uuid', { name: 'policy_accepted_by', nullable: true }) policyAcceptedBy!: PersonId | null;
  @Column('text', { name: 'policy_version', nullable: true }) policyVersion!: string | null;
  @Column('integer') version!: number;
}

@Entity({ schema: 'identity', name: 'people' })
export class Person {
  @PrimaryColumn('text') environment!: Environment;
  @PrimaryColumn('uuid') id!: PersonId;
  @Column('uuid', { name: 'partner_id' }) partnerId!: PartnerId;
  @Column('uuid', { name: 'account_id' }) accountId!: AccountId;
  @Column('text') username!: string;
  @Column('text', { name: 'display_name' }) displayName!: string;
  @Column('text') email!: string;
  @Column('text') role!: PartnerRole;
  @Column('text', { name: 'password_hash' }) passwordHash!: string;
  @Column('text', { nullable: true }) language!: string | null;
  @Column('timestamptz', { name: 'email_verified_at', nullable: true }) emailVerifiedAt!: Date | null;
  /** Until they have set a password of their own. */
  @Column('timestamptz', { name: 'invited_at', nullable: true }) invitedAt!: Date | null;
  @Column('integer') version!: number;
  @Column('timestamptz', { name: 'created_at' }) createdAt!: Date;
}

@Entity({ schema: 'identity', name: 'password_resets' })
export class PasswordReset {
  @PrimaryColumn('text') environment!: Environment;
  @PrimaryColumn('uuid', { name: 'person_id' }) personId!: PersonId;
  @Column('uuid', { name: 'partner_id' }) partnerId!: PartnerId;
  @Column('uuid', { name: 'account_id' }) accountId!: AccountId;
  @Column('bytea', { name: 'token_hash' }) tokenHash!: Buffer;
  @Column('timestamptz', { name: 'expires_at' }) expiresAt!: Date;
  @Column('uuid', { name: 'made_by', nullable: true }) madeBy!: StaffId | null;
  @Column('timestamptz', { name: 'created_at' }) createdAt!: Date;
}

/** One at a time for each person, of the address that they have. */
@Entity({ schema: 'identity', name: 'email_verifications' })
export class EmailVerification {
  @PrimaryColumn('text') environment!: Environment;
  @PrimaryColumn('uuid', { name: 'person_id' }) personId!: PersonId;
  @Column('uuid', { name: 'partner_id' }) partnerId!: PartnerId;
  @Column('uuid', { name: 'account_id' }) accountId!: AccountId;
  @Column('text') email!: string;
  @Column('bytea', { name: 'token_hash' }) tokenHash!: Buffer;
  @Column('timestamptz', { name: 'expires_at' }) expiresAt!: Date;
  @Column('timestamptz', { name: 'created_at' }) createdAt!: Date;
}

@Entity({ schema: 'identity', name: 'access_keys' })
export class AccessKey {
  @PrimaryColumn('text') environment!: Environment;
  @PrimaryColumn('uuid') id!: KeyId;
  @Column('uuid', { name: 'partner_id' }) partnerId!: PartnerId;
  @Column('uuid', { name: 'account_id' }) accountId!: AccountId;
  @Column('uuid', { name: 'subscription_id' }) subscriptionId!: SubscriptionId;
  @Column('uuid', { name: 'product_id' }) productId!: ProductId;
  @Column('text') name!: string;
  @Column('text', { name: 'application_id' }) applicationId!: string;
  @Column('bytea', { name: 'secret_hash' }) secretHash!: Buffer;
  @Column('text', { name: 'secret_hint' }) secretHint!: string;
  @Column('smallint') slot!: number;
  /** The subscription that has slots of its own; null: it is one of the account's. */
  @Column('uuid', { name: 'slots_of', nullable: true }) slotsOf!: SubscriptionId | null;
  @Column('integer') version!: number;
  @Column('timestamptz', { name: 'created_at' }) createdAt!: Date;
  @Column('jsonb', { name: 'created_by' }) createdBy!: Actor;
  @Column('timestamptz', { name: 'renewed_at', nullable: true }) renewedAt!: Date | null;
  /** The secret that the last rotation has replaced, and until when it works; see `domain/overlap.ts`. */
  @Column('bytea', { name: 'previous_secret_hash', nullable: true }) previousSecretHash!: Buffer | null;
  @Column('timestamptz', { name: 'previous_secret_until', nullable: true }) previousSecretUntil!: Date | null;
  /** When that rotation was; another time than `renewedAt` says that a copy has renewed the key since which knows of no overlap. */
  @Column('timestamptz', { name: 'overlap_since', nullable: true }) overlapSince!: Date | null;
  @Column('timestamptz', { name: 'last_used_at', nullable: true }) lastUsedAt!: Date | null;
  @Column('text', { name: 'last_used_address', nullable: true }) lastUsedAddress!: string | null;
  @Column('text', { name: 'allowed_addresses', array: true }) allowedAddresses!: string[];
  @Column('timestamptz', { name: 'expires_at', nullable: true }) expiresAt!: Date | null;
  /** The latest that its owner may choose; null: the plan has nothing to say. */
  @Column('timestamptz', { name: 'plan_expires_at', nullable: true }) planExpiresAt!: Date | null;
  /** What the plan said when the key was made. */
  @Column('integer', { name: 'plan_lifetime_days', nullable: true }) planLifetimeDays!: number | null;
  /** Of a subscription that is cancelled and may be restored, or that is no longer paid for. */
  @Column('timestamptz', { name: 'stopped_at', nullable: true }) stoppedAt!: Date | null;
  /** Null also where it was stopped by a copy that recorded no reasons. */
  @Column('text', { name: 'stop_reason', nullable: true }) stopReason!: identity.StopReason | null;
  @Column('timestamptz', { name: 'deleted_at', nullable: true }) deletedAt!: Date | null;
}

export const entities = [
  Partner,
  Provider,
  ProviderPolicy,
  Domain,
  Registration,
  AccountRequest,
  EligibilityRule,
  StaffMember,
  SecondFactor,
  RecoveryCode,
  Account,
  Person,
  PasswordReset,
  EmailVerification,
  AccessKey,
];
