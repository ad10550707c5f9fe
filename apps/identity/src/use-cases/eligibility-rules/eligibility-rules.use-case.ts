import type { EntityManager } from 'typeorm';
import { actorOf, identity, type Actor, type Environment, type RequestOf } from '#libs/contracts';
import { Database, type Tx } from '#libs/database';
import { RpcHandler, staffOf, UseCase, type RpcContext } from '#libs/rpc';
import { IdempotentTransaction } from '#libs/service';
import { Fence } from '../../workflows/fence';
import { LiveTokens } from '../../workflows/live-tokens';
import { requireStillStaff } from '../../storage/callers';
import { EligibilityRule } from '../../storage/entities';
import { Partners } from '../../storage/partners.repository';

type Request = RequestOf<typeof identity.setEligibilityRules>;

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

  /**
   * Whoever is no longer listed gets no token once this has answered; those that live are ended where it is asked for. A dry
   * run says whom it would concern.
   */
  @RpcHandler(identity.setEligibilityRules)
  async set(request: Request, context: RpcContext) {
    const { environment, revokeTokens, dryRun } = request;
    const { reply } = await this.transaction.run(context, request, async (tx) => {
      const { manager } = tx;
      await requireStillStaff(manager, staffOf(context));
      // One change of the rules at a time, or two lists would be mixed.
      await manager.query('lock table identity.eligibility_rules in share row exclusive mode');
      const rules = inOrder(request.rules);
      const concerned = await this.partners.concernedBy(manager, environment, rules);
      if (dryRun) return { environment, rules, dryRun, ...concerned };
      await this.replace(tx, { ...request, rules }, actorOf(context.caller));
      return { ...(await rulesOf(manager, environment)), dryRun, ...concerned };
    });
    if (dryRun) return reply;
    if (revokeTokens) await this.liveTokens.announce(environment);
    await this.fence.pass();
    return reply;
  }

  private async replace(tx: Tx, { environment, rules, revokeTokens }: Request, by: Actor): Promise<void> {
    const { manager } = tx;
    const affected = await this.partners.affectedBy(manager, environment, rules);
    const unlisted = revokeTokens ? await this.partners.unlistedBy(manager, environment, rules) : [];
    await manager.delete(EligibilityRule, { environment });
    if (rules.length > 0) {
      const rows = rules.map((rule) => ({ environment, ...rule }));
      await manager.insert(EligibilityRule, rows);
    }
    await this.liveTokens.revokeOfPartners(tx, environment, unlisted);
    await this.partners.raiseVersions(manager, affected);
    const partners = await this.partners.getAll(manager, affected);
    await tx.publishEvents(
      identity.eligibilityChanged,
      partners.map(({ status: { id: partnerId, eligibility }, version }) => ({
        aggregate: { id: partnerId, version },
        data: { partnerId, by, environment, ...eligibility[environment] },
      })),
    );
  }
}

const nameOf = ({ programme, type }: Request['rules'][number]): string => `${programme} ${type}`;

/** Each once. */
const inOrder = (rules: Request['rules']): Request['rules'] =>
  [...new Map(rules.map((rule) => [nameOf(rule), rule])).values()].sort((one, other) =>
    nameOf(one) < nameOf(other) ? -1 : 1,
  );

async function rulesOf(manager: EntityManager, environment: Environment) {
  const rules = await manager.find(EligibilityRule, {
    where: { environment },
    order: { programme: 'ASC', type: 'ASC' },
  });
  return { environment, rules: rules.map(({ programme, type }) => ({ programme, type })) };
}
