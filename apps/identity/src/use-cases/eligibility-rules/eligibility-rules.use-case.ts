import type { EntityManager } from 'typeorm';
import { identity, type Environment, type RequestOf } from '#libs/contracts';
import { Database } from '#libs/database';
import { RpcHandler, staffOf, UseCase, type RpcContext } from '#libs/rpc';
import { IdempotentTransaction } from '#libs/service';
import { Fence } from '../../workflows/fence';
import { LiveTokens } from '../../workflows/live-tokens';
import { requireStillStaff } from '../../storage/callers';
import { EligibilityRule } from '../../storage/entities';
import { Partners } from '../../storage/partners.repository';

/** B9: which programmes and types may use the API, per environment. */
@UseCase()
export class EligibilityRules {
  constructor(
    private readonly database: Database,
    private readonly transaction: IdempotentTransaction,
    private readonly partners: Partners,
    private readonly fence: Fence,
    private readonly liveTokens: LiveTokens,
  ) {}

  @RpcHandler(identity.getEligibilityRules)
  get({ environment }: RequestOf<typeof identity.getEligibilityRules>) {
    return this.database.reading('shared', (manager) => rulesOf(manager, environment));
  }

  /** Whoever is no longer listed gets no token once this has answered; those that live are ended where it is asked for. */
  @RpcHandler(identity.setEligibilityRules)
  async set(request: RequestOf<typeof identity.setEligibilityRules>, context: RpcContext) {
    const { environment, rules, revokeTokens } = request;
    const { reply } = await this.transaction.run(context, request, async (tx) => {
      const { manager } = tx;
      await requireStillStaff(manager, staffOf(context));
      // One change of the rules at a time, or two lists would be mixed.
      await manager.query('lock table identity.eligibility_rules in share row exclusive mode');
      const unlisted = revokeTokens ? await this.partners.unlistedBy(manager, environment, rules) : [];
      await manager.delete(EligibilityRule, { environment });
      const unique = new Map(rules.map((rule) => [`${rule.programme} ${rule.type}`, { environment, ...rule }]));
      if (unique.size > 0) await manager.insert(EligibilityRule, [...unique.values()]);
      await this.liveTokens.revokeOfPartners(tx, environment, unlisted);
      return rulesOf(manager, environment);
    });
    if (revokeTokens) await this.liveTokens.announce(environment);
    await this.fence.pass();
    return reply;
  }
}

async function rulesOf(manager: EntityManager, environment: Environment) {
  const rules = await manager.find(EligibilityRule, {
    where: { environment },
    order: { programme: 'ASC', type: 'ASC' },
  });
  return { environment, rules: rules.map(({ programme, type }) => ({ programme, type })) };
}
