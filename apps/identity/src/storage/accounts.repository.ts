import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { AccountId, Environment, identity, PartnerId, PersonCaller } from '#libs/contracts';
import { notFound } from '#libs/errors';
import { eligibilityOf, type Unlisted } from '../domain/eligibility';
import { requireStillThere } from './callers';
import { unlisted } from './eligibility.sql';
import { KeyLimits } from './key-limits';

interface Row {
  id: AccountId;
  partner_id: PartnerId;
  environment: Environment;
  domain: string;
  state: 'awaiting_setup' | 'active';
  api_access: boolean;
  policy_accepted_at: Date | null;
  policy_version: string | null;
  version: number;
  organisation: string;
  verified: boolean;
  suspended: boolean;
  unlisted: Unlisted;
  key_limit: number | null;
}

/** An account with what its partner and the environment's rules make of it at this moment. */
export interface AccountStatus {
  id: AccountId;
  partnerId: PartnerId;
  environment: Environment;
  /** The partner's name. */
  organisation: string;
  domain: string;
  state: 'awaiting_setup' | 'active';
  apiAccess: boolean;
  policyAcceptedAt: Date | null;
  policyVersion: string | null;
  version: number;
  keyLimit: number;
  eligibility: identity.Eligibility;
}

const statusSql = (environment: Environment) => `
  select a.id, a.partner_id, a.environment, a.domain, a.state, a.api_access, a.policy_accepted_at, a.policy_version,
    a.version,
    p.name as organisation, p.verified, p.suspended_at is not null as suspended, p.key_limit_${environment} as key_limit,
    ${unlisted('a.environment', 'p')} as unlisted
  from identity.accounts a join identity.partners p on p.id = a.partner_id
  where a.environment = $1 and a.partner_id = any($2)`;

/** Accounts. A partner has at most one in an environment, so the two name it. */
@Injectable()
export class Accounts {
  constructor(private readonly keyLimits: KeyLimits) {}

  async find(
    manager: EntityManager,
    environment: Environment,
    partnerId: PartnerId,
  ): Promise<AccountStatus | undefined> {
    const [found] = await this.findAll(manager, environment, [partnerId]);
    return found;
  }

  /** Those that there are, in no order. */
  async findAll(
    manager: EntityManager,
    environment: Environment,
    partnerIds: readonly PartnerId[],
  ): Promise<AccountStatus[]> {
    const rows = await manager.query<Row[]>(statusSql(environment), [environment, partnerIds]);
    return rows.map((row) => this.toStatus(row));
  }

  /** @throws not_found */
  async get(manager: EntityManager, environment: Environment, partnerId: PartnerId): Promise<AccountStatus> {
    const found = await this.find(manager, environment, partnerId);
    if (!found) throw notFound();
    return found;
  }

  /** Whatever changes the account or its keys takes turns here. @throws not_found */
  async lock(manager: EntityManager, environment: Environment, partnerId: PartnerId): Promise<AccountStatus> {
    await manager.query(`select id from identity.accounts where environment = $1 and partner_id = $2 for update`, [
      environment,
      partnerId,
    ]);
    return this.get(manager, environment, partnerId);
  }

  /** For somebody who acts in it. @throws not_found, session_expired where they were removed meanwhile */
  async lockAs(manager: EntityManager, person: PersonCaller): Promise<AccountStatus> {
    const account = await this.lock(manager, person.environment, person.partnerId);
    await requireStillThere(manager, person);
    return account;
  }

  private toStatus(row: Row): AccountStatus {
    return {
      id: row.id,
      partnerId: row.partner_id,
      environment: row.environment,
      organisation: row.organisation,
      domain: row.domain,
      state: row.state,
      apiAccess: row.api_access,
      policyAcceptedAt: row.policy_accepted_at,
      policyVersion: row.policy_version,
      version: row.version,
      keyLimit: this.keyLimits.of(row.key_limit),
      eligibility: eligibilityOf({ verified: row.verified, suspended: row.suspended, unlisted: row.unlisted }),
    };
  }
}
