import type { EntityManager } from 'typeorm';
import type { PartnerId, subscriptions } from '#libs/contracts';
import { findPartners } from '../storage/partners.repository';

/** Whose something is, by ID; each was looked up. */
export async function partnerSummaries(
  manager: EntityManager,
  ids: readonly PartnerId[],
): Promise<(id: PartnerId) => subscriptions.PartnerSummary> {
  const partners = await findPartners(manager, ids);
  return (id) => {
    const { name, domain, verified, suspended } = partners.find((partner) => partner.id === id) ?? unknown;
    return { id, name, domain, verified, suspended };
  };
}

/** What identity has published of it is still on its way. */
const unknown = { name: null, domain: null, verified: false, suspended: false };
