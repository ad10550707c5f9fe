import type { EntityManager } from 'typeorm';
import type { AccountId, Environment, identity, PartnerId } from '#libs/contracts';
import { notFound } from '#libs/errors';
import { eligibilityOf } from '../domain/eligibility';

interface StandingRow {
  id: AccountId;
  partner_id: PartnerId;
  environment: Environment;
  domain: string;
  state: 'awaiting_setup' | 'active';
  api_access: boolean;
  policy_accepted_at: Date | null;
  version: number;
  organisation: string;
  verified: boolean;
  suspended: boolean;
  rule_matches: boolean;
  key_limit: number | null;
}

/** An account with what its organisation and the environment's rules make of it at this moment. */
export interface Standing {
  id: AccountId;
  partnerId: PartnerId;
  environment: Environment;
  organisation: string;
  domain: string;
  state: 'awaiting_setup' | 'active';
  apiAccess: boolean;
  policyAcceptedAt: Date | null;
  version: number;
  /** Null: the setting's number. */
  keyLimit: number | null;
  eligibility: identity.Eligibility;
}

const standing = (environment: Environment) => `
  select a.id, a.partner_id, a.environment, a.domain, a.state, a.api_access, a.policy_accepted_at, a.version,
    o.name as organisation, o.verified, o.suspended_at is not null as suspended, o.key_limit_${environment} as key_limit,
    exists (select from identity.eligibility_rules r
            where r.environment = a.environment and r.programme = o.programme and r.type = o.type) as rule_matches
  from identity.accounts a join identity.organisations o on o.id = a.partner_id
  where a.environment = $1 and a.partner_id = $2`;

/** A partner has at most one account in an environment, so the two name it. */
export async function findStanding(
  manager: EntityManager,
  environment: Environment,
  partnerId: PartnerId,
): Promise<Standing | undefined> {
  const [row] = await manager.query<StandingRow[]>(standing(environment), [environment, partnerId]);
  return row && toStanding(row);
}

export async function getStanding(
  manager: EntityManager,
  environment: Environment,
  partnerId: PartnerId,
): Promise<Standing> {
  const found = await findStanding(manager, environment, partnerId);
  if (!found) throw notFound();
  return found;
}

/** Whatever changes the account's keys takes turns here. */
export async function lockStanding(
  manager: EntityManager,
  environment: Environment,
  partnerId: PartnerId,
): Promise<Standing> {
  await manager.query(`select id from identity.accounts where environment = $1 and partner_id = $2 for update`, [
    environment,
    partnerId,
  ]);
  return getStanding(manager, environment, partnerId);
}

const toStanding = (row: StandingRow): Standing => ({
  id: row.id,
  partnerId: row.partner_id,
  environment: row.environment,
  organisation: row.organisation,
  domain: row.domain,
  state: row.state,
  apiAccess: row.api_access,
  policyAcceptedAt: row.policy_accepted_at,
  version: row.version,
  keyLimit: row.key_limit,
  eligibility: eligibilityOf({ verified: row.verified, suspended: row.suspended, ruleMatches: row.rule_matches }),
});
