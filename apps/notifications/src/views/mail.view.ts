import type { Mail, Mailing } from '../storage/entities';

/** @param mailing what it tells; undefined: that is gone */
export const describeMail = (
  { nextAttemptAt, ...mail }: Mail,
  mailing: Pick<Mailing, 'type' | 'staff'> | undefined,
) => ({
  id: mail.id,
  environment: mail.environment,
  partnerId: mail.partnerId,
  personId: mail.personId,
  audience: mailing?.staff ? ('staff' as const) : ('partner' as const),
  type: mailing?.type ?? '',
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
