import { MoreThan } from 'typeorm';
import { identity, type Environment, type PersonId, type RequestOf } from '#libs/contracts';
import { afterCursor, Database, pageOf } from '#libs/database';
import { notFound } from '#libs/errors';
import { Answers, personOf, UseCase, type Call } from '#libs/messaging';
import { config } from '../../config';
import { accountLocks } from '../../domain/account-locks';
import { findStanding, getStanding, type Standing } from '../../storage/accounts.repository';
import { AccountRequest, Domain, Person } from '../../storage/entities';

/** What people see of their own account, and of the sandbox beside it. */
@UseCase()
export class ReadAccounts {
  constructor(private readonly database: Database) {}

  @Answers(identity.getAccount)
  get(_request: object, call: Call) {
    const { environment, partnerId } = personOf(call);
    return this.database.reading(environment, async (manager) =>
      describeAccount(await getStanding(manager, environment, partnerId)),
    );
  }

  @Answers(identity.getStanding)
  standing({ partnerId }: RequestOf<typeof identity.getStanding>, call: Call) {
    const environment = call.scope as Environment;
    return this.database.reading(environment, async (manager) => {
      const standing = await findStanding(manager, environment, partnerId);
      if (!standing) throw notFound();
      return { locks: accountLocks(standing) };
    });
  }

  @Answers(identity.getSandbox)
  sandbox(_request: object, call: Call) {
    const { environment, partnerId, roles } = personOf(call);
    return this.database.reading('shared', async (manager) => {
      const request = await manager.findOneBy(AccountRequest, { environment: 'sandbox', partnerId });
      const canCreate = !request && environment === 'production' && roles.includes('global_admin');
      if (!request) return { state: 'none' as const, canCreate };
      return {
        state: request.state,
        canCreate,
        account: { id: request.accountId, environment: 'sandbox' as const, domain: request.domain },
        ...(request.failure !== null && { failure: request.failure }),
      };
    });
  }

  @Answers(identity.listPeople)
  people({ limit, cursor }: RequestOf<typeof identity.listPeople>, call: Call) {
    const { environment, accountId } = personOf(call);
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

  @Answers(identity.resolveDomain)
  resolveDomain({ domain }: RequestOf<typeof identity.resolveDomain>) {
    return this.database.reading('shared', async (manager) => {
      const entry = await manager.findOneBy(Domain, { domain });
      return { environment: entry?.environment ?? null };
    });
  }
}

export const describeAccount = (standing: Standing) => ({
  id: standing.id,
  environment: standing.environment,
  domain: standing.domain,
  state: standing.state,
  partnerId: standing.partnerId,
  organisation: standing.organisation,
  apiAccess: standing.apiAccess,
  eligibility: standing.eligibility,
  keyLimit: standing.keyLimit ?? config.SLIPWAY_KEY_LIMIT,
  policyAcceptedAt: standing.policyAcceptedAt?.toISOString() ?? null,
});

export const describePerson = ({ id, username, displayName, email, role, createdAt }: Person) => ({
  id,
  username,
  displayName,
  email,
  role,
  createdAt: createdAt.toISOString(),
});
