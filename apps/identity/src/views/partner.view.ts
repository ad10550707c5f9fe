import type { PartnerStatus } from '../storage/partners.repository';

/** A partner as staff sees it. */
export const describePartner = ({ createdAt, ...status }: PartnerStatus) => ({
  ...status,
  createdAt: createdAt.toISOString(),
});
