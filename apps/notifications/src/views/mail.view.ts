import type { Mail } from '../storage/entities';

export const describeMail = ({ nextAttemptAt, ...mail }: Mail, type: string) => ({
  id: mail.id,
  environment: mail.environment,
  partnerId: mail.partnerId,
  personId: mail.personId,
  type,
  state: mail.state,
  to: mail.address,
  subject: mail.subject,
  text: mail.text,
  reason: mail.reason,
  attempts: mail.attempts,
  createdAt: mail.createdAt.toISOString(),
  sentAt: mail.sentAt?.toISOString() ?? null,
  nextAttemptAt: nextAttemptAt?.toISOString() ?? null,
});
