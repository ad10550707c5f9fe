import { Column, Entity, PrimaryColumn } from 'typeorm';
import type {
  DeliveryId,
  Environment,
  EventId,
  identity,
  MailId,
  MessageId,
  notifications,
  PartnerId,
  PersonId,
  StaffId,
  StaffRole,
  WebhookId,
} from '#libs/contracts';

@Entity({ schema: 'notifications', name: 'messages' })
export class Message {
  @PrimaryColumn('text') environment!: Environment;
  @PrimaryColumn('uuid') id!: MessageId;
  @Column('uuid', { name: 'partner_id' }) partnerId!: PartnerId;
  @Column('uuid', { name: 'event_id' }) eventId!: EventId;
  @Column('text') type!: string;
  @Column('text') title!: string;
  @Column('text') text!: string;
  @Column('uuid', { name: 'subscription_id', nullable: true }) subscriptionId!: string | null;
  @Column('uuid', { name: 'key_id', nullable: true }) keyId!: string | null;
  @Column('timestamptz', { name: 'occurred_at' }) occurredAt!: Date;
  /** From when an account's people shared one mark. Each has their own now (`message_reads`). */
  @Column('timestamptz', { name: 'read_at', nullable: true }) readAt!: Date | null;
}

/** The provider as `identity` has published it last. */
@Entity({ schema: 'notifications', name: 'provider' })
export class Provider {
  @PrimaryColumn('text') environment!: Environment;
  @Column('text') name!: string;
  @Column('text', { name: 'contact_email', nullable: true }) contactEmail!: string | null;
  @Column('text', { name: 'contact_url', nullable: true }) contactUrl!: string | null;
  @Column('json', { name: 'review_days', nullable: true }) reviewDays!: identity.ReviewDays | null;
  @Column('integer') version!: number;
}

@Entity({ schema: 'notifications', name: 'webhooks' })
export class Webhook {
  @PrimaryColumn('text') environment!: Environment;
  @PrimaryColumn('uuid') id!: WebhookId;
  /** Null: the provider's own. */
  @Column('uuid', { name: 'partner_id', nullable: true }) partnerId!: PartnerId | null;
  @Column('text') url!: string;
  @Column('text') description!: string;
  @Column('text', { array: true, nullable: true }) events!: string[] | null;
  @Column('boolean') enabled!: boolean;
  @Column('text', { name: 'disabled_reason', nullable: true })
  disabledReason!: notifications.Webhook['disabledReason'];
  @Column('integer') generation!: number;
  @Column('bytea') secret!: Buffer;
  @Column('bytea', { name: 'previous_secret', nullable: true }) previousSecret!: Buffer | null;
  @Column('timestamptz', { name: 'previous_secret_until', nullable: true }) previousSecretUntil!: Date | null;
  @Column('timestamptz', { name: 'failing_since', nullable: true }) failingSince!: Date | null;
  @Column('integer') warnings!: number;
  @Column('timestamptz', { name: 'created_at' }) createdAt!: Date;
  @Column('timestamptz', { name: 'deleted_at', nullable: true }) deletedAt!: Date | null;
}

@Entity({ schema: 'notifications', name: 'deliveries' })
export class Delivery {
  @PrimaryColumn('text') environment!: Environment;
  @PrimaryColumn('uuid') id!: DeliveryId;
  @Column('uuid', { name: 'webhook_id' }) webhookId!: WebhookId;
  @Column('integer') generation!: number;
  @Column('uuid', { name: 'event_id' }) eventId!: EventId;
  @Column('text') type!: string;
  @Column('text') state!: notifications.DeliveryState;
  @Column('integer', { name: 'last_status', nullable: true }) lastStatus!: number | null;
  @Column('timestamptz', { name: 'created_at' }) createdAt!: Date;
  @Column('timestamptz', { name: 'next_attempt_at', nullable: true }) nextAttemptAt!: Date | null;
  @Column('integer') attempts!: number;
}

/** What is to be told by mail: worked off by finding out whom. */
@Entity({ schema: 'notifications', name: 'mailings' })
export class Mailing {
  @PrimaryColumn('text') environment!: Environment;
  /** Of the event. */
  @PrimaryColumn('uuid') id!: EventId;
  @Column('uuid', { name: 'partner_id' }) partnerId!: PartnerId;
  /** Who has done it, where it was somebody of a partner. */
  @Column('uuid', { name: 'person_id', nullable: true }) personId!: PersonId | null;
  @Column('text') type!: string;
  @Column('text') title!: string;
  @Column('text') text!: string;
  @Column('jsonb') data!: object;
  @Column('timestamptz', { name: 'occurred_at' }) occurredAt!: Date;
  /** Whom of the staff it is for; null: for people of the partner. */
  @Column('jsonb', { nullable: true }) staff!: StaffAddressed | null;
}

/** Of the staff: these, and whoever has one of these roles. */
export interface StaffAddressed {
  staffIds: StaffId[];
  roles: StaffRole[];
}

/** A mail to one person. */
@Entity({ schema: 'notifications', name: 'mails' })
export class Mail {
  @PrimaryColumn('text') environment!: Environment;
  @PrimaryColumn('uuid') id!: MailId;
  @Column('uuid', { name: 'mailing_id' }) mailingId!: EventId;
  @Column('uuid', { name: 'partner_id' }) partnerId!: PartnerId;
  @Column('uuid', { name: 'person_id' }) personId!: PersonId;
  @Column('text') state!: notifications.MailState;
  @Column('text', { nullable: true }) address!: string | null;
  @Column('text', { nullable: true }) subject!: string | null;
  @Column('text', { nullable: true }) text!: string | null;
  @Column('text', { nullable: true }) reason!: string | null;
  @Column('timestamptz', { name: 'created_at' }) createdAt!: Date;
  @Column('timestamptz', { name: 'sent_at', nullable: true }) sentAt!: Date | null;
  @Column('timestamptz', { name: 'next_attempt_at', nullable: true }) nextAttemptAt!: Date | null;
  @Column('integer') attempts!: number;
}

export const entities = [Message, Provider, Webhook, Delivery, Mailing, Mail];
