import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { identity, type Environment, type PartnerId } from '#libs/contracts';
import { wordPatterns } from '#libs/database';
import { notFound } from '#libs/errors';
import { eligibilityOf, type Unlisted } from '../domain/eligibility';
import { stateOf, type RegistrationState } from '../domain/registration';
import { ruleMatches, unlisted } from './eligibility.sql';
import { Partner, type AccountRequest } from './entities';
import { KeyLimits } from './key-limits';

interface Row {
  id: PartnerId;
  name: string;
  domain: string;
  programme: string;
  type: string;
  verified: boolean;
  suspended: boolean;
  created_at: Date;
  sandbox_state: AccountRequest['state'] | null;
  sandbox_unlisted: Unlisted;
  production_unlisted: Unlisted;
  proven_at: Date | null;
  confirmed_at: Date | null;
  expires_at: Date;
  expired_at: Date | null;
  key_limit_sandbox: number | null;
  key_limit_production: number | null;
}

/** A partner with what the rules of both environments make of it at this moment. */
export interface PartnerStatus extends Pick<
  Partner,
  'id' | 'name' | 'domain' | 'programme' | 'type' | 'verified' | 'createdAt'
> {
  suspended: boolean;
  domainVerified: boolean;
  registration: RegistrationState;
  /** Of a registration that nobody has confirmed. */
  expiresAt: Date | null;
  sandbox: 'none' | AccountRequest['state'];
  keyLimit: { sandbox: number; production: number };
  eligibility: { sandbox: identity.Eligibility; production: identity.Eligibility };
}

/** Why it is not eligible, in each environment. */
export const reasonsOf = ({ eligibility: { sandbox, production } }: PartnerStatus) => ({
  sandbox: sandbox.reasons,
  production: production.reasons,
});

type Concerned = identity.ConcernedPartners;
type ConcernedRow = Concerned & { listed: boolean };

const statusSql = `
  select p.id, p.name, p.domain, p.programme, p.type, p.verified, p.suspended_at is not null as suspended, p.created_at,
    p.key_limit_sandbox, p.key_limit_production, r.proven_at, r.confirmed_at, r.expires_at, r.expired_at, sandbox.state as sandbox_state,
    ${unlisted(`'sandbox'`, 'p')} as sandbox_unlisted,
    ${unlisted(`'production'`, 'p')} as production_unlisted
  from identity.partners p join identity.registrations r on r.partner_id = p.id
    left join identity.account_requests sandbox on sandbox.partner_id = p.id and sandbox.environment = 'sandbox'`;

/**
 * Index: `partners_unverified`. No other filter has one: whoever looks for words has all partners looked through, newest
 * first, until the page is full.
 */
const waiting = 'not p.verified and r.expired_at is null';

interface Page {
  after: string | null;
  limit: number;
  /** False: those who wait for it. */
  verified?: boolean;
  q?: string;
}

/** Partners, for staff. */
@Injectable()
export class Partners {
  constructor(private readonly keyLimits: KeyLimits) {}

  /** Newest first; one more than `limit` where there is a next page. */
  async list(manager: EntityManager, { after, limit, verified, q }: Page): Promise<PartnerStatus[]> {
    const rows = await manager.query<Row[]>(
      `${statusSql}
       where ($1::uuid is null or p.id < $1)
         and ${verified === undefined ? 'true' : verified ? 'p.verified' : waiting}
         and normalize(concat_ws(' ', p.name, p.domain)) ilike all($2::text[])
       order by p.id desc limit $3`,
      [after, wordPatterns(q), limit + 1],
    );
    return rows.map((row) => this.toStatus(row));
  }

  /** @throws not_found */
  async get(manager: EntityManager, id: PartnerId): Promise<PartnerStatus> {
    const [row] = await manager.query<Row[]>(`${statusSql} where p.id = $1`, [id]);
    if (!row) throw notFound();
    return this.toStatus(row);
  }

  /** Of each, and the version that it has. */
  async getAll(manager: EntityManager, ids: PartnerId[]): Promise<{ status: PartnerStatus; version: number }[]> {
    const rows = await manager.query<(Row & { version: number })[]>(
      `select status.*, versions.version from (${statusSql} where p.id = any($1)) status
       join identity.partners versions on versions.id = status.id order by status.id`,
      [ids],
    );
    return rows.map((row) => ({ status: this.toStatus(row), version: row.version }));
  }

  /** Locked, so that changes of one partner take turns. @throws not_found */
  async lock(manager: EntityManager, id: PartnerId): Promise<Partner> {
    const partner = await manager.findOne(Partner, { where: { id }, lock: { mode: 'pessimistic_write' } });
    if (!partner) throw notFound();
    return partner;
  }

  /**
   * Partners whose eligibility in an environment these rules would change. Whom nobody has verified, and who is suspended, is
   * not eligible by any rule.
   */
  async concernedBy(
    manager: EntityManager,
    environment: Environment,
    rules: readonly { programme: string; type: string }[],
  ): Promise<Record<'becameIneligible' | 'becameEligible', Concerned>> {
    const rows = await manager.query<ConcernedRow[]>(
      `select listed, count(*)::int as count,
         to_jsonb((array_agg(jsonb_build_object('id', id, 'name', name, 'domain', domain) order by id))[1:$4]) as partners
       from (select p.id, p.name, p.domain, ${ruleMatches('$1', 'p')} as listed,
               (p.programme, p.type) in (select * from unnest($2::text[], $3::text[])) as to_be_listed
             from identity.partners p where p.verified and p.suspended_at is null) partners
       where listed <> to_be_listed group by listed`,
      [
        environment,
        rules.map(({ programme }) => programme),
        rules.map(({ type }) => type),
        identity.concernedPartnersMax,
      ],
    );
    const whoWere = (listed: boolean): Concerned => {
      const { count, partners } = rows.find((row) => row.listed === listed) ?? { count: 0, partners: [] };
      return { count, partners };
    };
    return { becameIneligible: whoWere(true), becameEligible: whoWere(false) };
  }

  /**
   * Those who are to be told of these rules: whose eligibility they change, and to whom they are one more reason, or another.
   * Of what they give back to somebody who is kept from it by more, the end of that tells.
   */
  async affectedBy(
    manager: EntityManager,
    environment: Environment,
    rules: readonly { programme: string; type: string }[],
  ): Promise<PartnerId[]> {
    const rows = await manager.query<{ id: PartnerId }[]>(
      `select id from (
         select p.id, p.verified and p.suspended_at is null as is_kept_by_rules_alone, ${unlisted('$1', 'p')} as is_unlisted,
           case when (p.programme, p.type) in (select * from unnest($2::text[], $3::text[])) then null
             when p.programme = any($2) then 'type' else 'programme' end as to_be_unlisted
         from identity.partners p) partners
       where is_unlisted is distinct from to_be_unlisted and (to_be_unlisted is not null or is_kept_by_rules_alone)
       order by id`,
      [environment, rules.map(({ programme }) => programme), rules.map(({ type }) => type)],
    );
    return rows.map(({ id }) => id);
  }

  /** As if each had been changed itself: whoever looks at it when it is announced looks again. */
  async raiseVersions(manager: EntityManager, ids: PartnerId[]): Promise<void> {
    await manager.query(
      `update identity.partners set version = version + 1 where id in (
         select id from identity.partners where id = any($1) order by id for no key update)`,
      [ids],
    );
  }

  /** Partners that the rules of an environment list now, and these no longer would. */
  async unlistedBy(
    manager: EntityManager,
    environment: Environment,
    rules: readonly { programme: string; type: string }[],
  ): Promise<PartnerId[]> {
    const rows = await manager.query<{ id: PartnerId }[]>(
      `select p.id from identity.partners p where ${ruleMatches('$1', 'p')}
       and (p.programme, p.type) not in (select * from unnest($2::text[], $3::text[]))`,
      [environment, rules.map(({ programme }) => programme), rules.map(({ type }) => type)],
    );
    return rows.map(({ id }) => id);
  }

  private toStatus(row: Row): PartnerStatus {
    const { verified, suspended } = row;
    return {
      id: row.id,
      name: row.name,
      domain: row.domain,
      programme: row.programme,
      type: row.type,
      verified,
      suspended,
      domainVerified: row.proven_at !== null,
      registration: stateOf({ confirmedAt: row.confirmed_at, expiredAt: row.expired_at }),
      expiresAt: row.confirmed_at ? null : row.expires_at,
      sandbox: row.sandbox_state ?? 'none',
      keyLimit: {
        sandbox: this.keyLimits.of(row.key_limit_sandbox),
        production: this.keyLimits.of(row.key_limit_production),
      },
      eligibility: {
        sandbox: eligibilityOf({ verified, suspended, unlisted: row.sandbox_unlisted }),
        production: eligibilityOf({ verified, suspended, unlisted: row.production_unlisted }),
      },
      createdAt: row.created_at,
    };
  }
}
