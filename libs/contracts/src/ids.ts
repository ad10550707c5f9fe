import { z } from 'zod';

/** Ids are UUIDv7 (RFC 9562): they sort by time. Branded, so that one kind cannot be passed for another. */
const id = <Name extends string>() => z.uuid().brand<Name, 'inout'>();

export const partnerId = id<'PartnerId'>();
export const accountId = id<'AccountId'>();
export const personId = id<'PersonId'>();
export const staffId = id<'StaffId'>();
export const sessionId = id<'SessionId'>();
export const keyId = id<'KeyId'>();
export const productId = id<'ProductId'>();
export const planId = id<'PlanId'>();
export const subscriptionId = id<'SubscriptionId'>();
export const submissionId = id<'SubmissionId'>();
export const reviewerGroupId = id<'ReviewerGroupId'>();
export const draftVersion = id<'DraftVersion'>();
export const reviewMessageId = id<'ReviewMessageId'>();
export const eventId = id<'EventId'>();
export const messageId = id<'MessageId'>();
export const webhookId = id<'WebhookId'>();
export const deliveryId = id<'DeliveryId'>();
export const mailId = id<'MailId'>();

export type PartnerId = z.infer<typeof partnerId>;
export type AccountId = z.infer<typeof accountId>;
export type PersonId = z.infer<typeof personId>;
export type StaffId = z.infer<typeof staffId>;
export type SessionId = z.infer<typeof sessionId>;
export type KeyId = z.infer<typeof keyId>;
export type ProductId = z.infer<typeof productId>;
export type PlanId = z.infer<typeof planId>;
export type SubscriptionId = z.infer<typeof subscriptionId>;
export type SubmissionId = z.infer<typeof submissionId>;
export type ReviewerGroupId = z.infer<typeof reviewerGroupId>;
export type DraftVersion = z.infer<typeof draftVersion>;
export type ReviewMessageId = z.infer<typeof reviewMessageId>;
export type EventId = z.infer<typeof eventId>;
export type MessageId = z.infer<typeof messageId>;
export type WebhookId = z.infer<typeof webhookId>;
export type DeliveryId = z.infer<typeof deliveryId>;
export type MailId = z.infer<typeof mailId>;
