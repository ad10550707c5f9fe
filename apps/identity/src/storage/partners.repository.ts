import { In, type EntityManager } from 'typeorm';
import type { Environment, identity, PartnerId } from '#libs/contracts';
import { notFound } from '#libs/errors';
import { config } from '../config';
import { eligibilityOf } from '../domain/eligibility';
import { AccountRequest, EligibilityRule, Organisation } from './entities';

/** Locked, so that changes of one organisation take turns. @throws not_found */
export async function lockPartner(manager: EntityManager, id: PartnerId): Promise<Organisation> {
  const partner = await manager.findOne(Organisation, { where: { id }, lock: { mode: 'pessimistic_write' } });
  if (!partner) throw notFound();
  return partner;
}

/** Organisations as staff sees them. */
export async function describePartners(manager: EntityManager, partners: Organisation[]) {
  const rules = await manager.find(EligibilityRule);
  const sandboxes = await manager.findBy(AccountRequest, {
    environment: 'sandbox',
    partnerId: In(partners.map(({ id }) => id)),
  });
  const stateOf = new Map(sandboxes.map(({ partnerId, state }) => [partnerId, state]));
  return partners.map((partner) => describe(partner, rules, stateOf.get(partner.id) ?? 'none'));
}

export async function describePartner(manager: EntityManager, id: PartnerId) {
  const [described] = await describePartners(manager, await manager.findBy(Organisation, { id }));
  if (!described) throw notFound();
  return described;
}

function describe(partner: Organisation, rules: EligibilityRule[], sandbox: 'none' | AccountRequest['state']) {
  const eligibility = (environment: Environment): identity.Eligibility =>
    eligibilityOf({
      verified: partner.verified,
      suspended: partner.suspendedAt !== null,
      ruleMatches: rules.some(
        (rule) =>
          rule.environment === environment && rule.programme === partner.programme && rule.type === partner.type,
      ),
    });
  return {
    id: partner.id,
    name: partner.name,
    domain: partner.domain,
    programme: partner.programme,
    type: partner.type,
    verified: partner.verified,
    suspended: partner.suspendedAt !== null,
    sandbox,
    keyLimit: {
      sandbox: partner.keyLimitSandbox ?? config.SLIPWAY_KEY_LIMIT,
      production: partner.keyLimitProduction ?? config.SLIPWAY_KEY_LIMIT,
    },
    eligibility: { sandbox: eligibility('sandbox'), production: eligibility('production') },
    createdAt: partner.createdAt.toISOString(),
  };
}
