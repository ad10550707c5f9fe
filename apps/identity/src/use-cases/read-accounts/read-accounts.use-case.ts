import { MoreThan } from 'typeorm';
import { identity, type Environment, type PersonId, type RequestOf } from '#libs/contracts';
import { afterCursor, Database, pageOf } from '#libs/database';
import { RpcHandler, personOf, UseCase, type RpcContext } from '#libs/rpc';
import { accountBlockers } from '../../domain/account-blockers';
import { Accounts } from '../../storage/accounts.repository';
import { AccountRequest, Domain, Person } from '../../storage/entities';
import { sandboxPolicy } from '../../storage/provider.repository';
import { describeAccount, describePerson } from '../../views/account.view';

/** What people see of their own account, and of the sandbox beside it. */
@UseCase()
export class ReadAccounts {
  constructor(
    private readonly database: Database,
    private readonly accounts: Accounts,
  ) {}

  @RpcHandler(identity.getAccount)
  get(_request: object, context: RpcContext) {
    const { environment, partnerId } = personOf(context);
    return this.database.reading(environment, async (manager) =>
      describeAccount(await this.accounts.get(manager, environment, partnerId)),
    );
  }

  @RpcHandler(identity.getAccountBlockers)
  blockers({ partnerIds }: RequestOf<typeof identity.getAccountBlockers>, context: RpcContext) {
    const environment = context.scope as Environment;
    return this.database.reading(environment, async (manager) => {
      const found = await this.accounts.findAll(manager, environment, partnerIds);
      return { items: found.map((account) => ({ partnerId: account.partnerId, blockers: accountBlockers(account) })) };
    });
  }

  @RpcHandler(identity.getSandbox)
  sandbox(_request: object, context: RpcContext) {
    const { environment, partnerId, roles } = personOf(context);
    return this.database.reading('shared', async (manager) => {
      const request = await manager.findOneBy(AccountRequest, { environment: 'sandbox', partnerId });
      const isMissing = !request || request.state === 'failed';
      const canCreate = isMissing && environment === 'production' && roles.includes('global_admin');
      if (!request) return { state: 'none' as const, canCreate };
      return {
        state: request.state,
        canCreate,
        account: { id: request.accountId, environment: 'sandbox' as const, domain: request.domain },
        ...(request.failure !== null && { failure: request.failure }),
      };
    });
  }

  @RpcHandler(identity.getSandboxPolicy)
  policy() {
    return this.database.reading('shared', sandboxPolicy);
  }

  @RpcHandler(identity.listPeople)
  people({ limit, cursor }: RequestOf<typeof identity.listPeople>, context: RpcContext) {
    const { environment, accountId } = personOf(context);
    return this.database.reading(environment, async (manager) => {
      const after = afterCursor(cursor);
      const { rows, nextCursor } = pageOf(
        await manager.find(Person, {
          where: { environment, accountId, ...(after && { id: MoreThan(after as PersonId) }) },
          order: { id: 'ASC' },
          take: limit + 1,
        }),
        limit,
      );
      return { items: rows.map(describePerson), nextCursor };
    });
  }

  @RpcHandler(identity.resolveDomain)
  resolveDomain({ domain }: RequestOf<typeof identity.resolveDomain>) {
    return this.database.reading('shared', async (manager) => {
      const entry = await manager.findOneBy(Domain, { domain });
      return { environment: entry?.environment ?? null };
    });
  }
}
