import type { PartnerStatus } from '../storage/partners.repository';

/** A partner as staff sees it. */
export const describePartner = ({ createdAt, expiresAt, ...status }: PartnerStatus) => ({
  ...status,
  expiresAt: expiresAt?.toISOString() ?? null,
  createdAt: createdAt.toISOString(),
});
