import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Environment, EventId, identity, MessageId, PartnerId } from '#libs/contracts';

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

export const entities = [Message, Provider];
