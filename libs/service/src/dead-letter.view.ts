import type { Service } from '#libs/contracts';
import type { Letter } from '#libs/events';

export const viewOf = (service: Service, { event_id, failed_at, next_attempt_at, ...letter }: Letter) => ({
  ...letter,
  service,
  eventId: event_id,
  failedAt: failed_at.toISOString(),
  nextAttemptAt: next_attempt_at?.toISOString() ?? null,
});
