import { Injectable } from '@nestjs/common';
import {
  identity,
  type AccountId,
  type Actor,
  type Environment,
  type PartnerId,
  type PersonId,
  type RequestOf,
} from '#libs/contracts';
import { Database, newId, recordAct, type Tx } from '#libs/database';
import type { RpcContext } from '#libs/rpc';
import { actOf } from '#libs/service';
import { Passwords } from '../secrets/passwords';
import { Account, AccountRequest, Person } from '../storage/entities';
import { MailedLinks } from './mailed-links';

const slipway: Actor = { kind: 'system', id: null, displayName: 'Slipway' };

type NewAdmin = RequestOf<typeof identity.requestSandbox>['admin'];
/** Of an account's first administrator, as it is kept. */
export type HashedAdmin = Pick<AccountRequest, 'username' | 'displayName' | 'email' | 'passwordHash'>;
type Request = Pick<AccountRequest, 'environment' | 'partnerId' | 'accountId' | 'domain'> & { admin: HashedAdmin };

/**
 * Opens an account in its environment, with its first administrator, from the request that waits in the shared
 * schema. It may be tried twice: inline, so that registration can answer at once, and by event, so that nothing is
 * lost. The second finds the account and does nothing.
 */
@Injectable()
export class AccountOpening {
  constructor(
    private readonly database: Database,
    private readonly passwords: Passwords,
    private readonly links: MailedLinks,
  ) {}

  /** Before the transaction that asks for the account. @throws identity.weak_password, unavailable */
  async hashed({ password, ...person }: NewAdmin, context: RpcContext): Promise<HashedAdmin> {
    return { ...person, passwordHash: await this.passwords.hashChosen(password, '/admin/password', context) };
  }

  /** Asks for it, in the shared schema. The administrator's hash waits there until the account is open. */
  async request(tx: Tx, { admin, ...account }: Request): Promise<void> {
    await tx.manager.insert(AccountRequest, { ...account, ...admin, state: 'provisioning' });
  }

  /** Once more, where it has failed; with the administrator named now. @returns whether it had */
  async requestAgain({ manager }: Tx, { admin, environment, partnerId }: Omit<Request, 'accountId' | 'domain'>) {
    const failed = { environment, partnerId, state: 'failed' as const };
    const { affected } = await manager.update(AccountRequest, failed, {
      ...admin,
      state: 'provisioning',
      failure: null,
    });
    return affected === 1;
  }

  /** With the act that asked for it, whose row in the environment this writes: each of its transactions has one (B60). */
  async openNow(
    context: RpcContext,
    environment: Environment,
    opened: { partnerId: PartnerId; accountId: AccountId },
  ): Promise<void> {
    await this.database.transaction(environment, context.traceId, async (tx) => {
      if (await this.open(tx, environment, opened.partnerId)) await recordAct(tx, actOf(context, opened));
    });
  }

  /** @returns whether it was still to be opened */
  async open(tx: Tx, environment: Environment, partnerId: PartnerId): Promise<boolean> {
    const [request] = await tx.manager.query<RequestRow[]>(
      `select account_id, domain, username, display_name, email, password_hash
       from identity.account_requests where environment = $1 and partner_id = $2`,
      [environment, partnerId],
    );
    if (!request) throw new Error(`no account request of ${partnerId} in ${environment}`);
    // Erased: the account was opened before.
    if (request.password_hash === null) return false;
    const account: Pick<Account, 'environment' | 'id' | 'partnerId' | 'domain' | 'state'> = {
      environment,
      id: request.account_id,
      partnerId,
      domain: request.domain,
      state: environment === 'sandbox' ? 'awaiting_setup' : 'active',
    };
    const { raw } = await tx.manager
      .createQueryBuilder()
      .insert()
      .into(Account)
      .values(account)
      .orIgnore()
      .returning('id')
      .execute();
    if ((raw as unknown[]).length === 0) return false;
    const person = tx.manager.create(Person, {
      environment,
      id: newId<PersonId>(),
      partnerId,
      accountId: account.id,
      username: request.username,
      displayName: request.display_name,
      email: request.email,
      role: 'global_admin',
      passwordHash: request.password_hash,
      createdAt: tx.now,
      version: 1,
    });
    await tx.manager.insert(Person, person);
    await this.links.request(tx, person, 'email_verification', slipway);
    await tx.publishEvent(identity.accountOpened, { id: account.id, version: 1 }, { partnerId, accountId: account.id });
    return true;
  }
}

type RequestRow = {
  account_id: Account['id'];
  domain: string;
  username: string;
  display_name: string;
  email: string;
  password_hash: AccountRequest['passwordHash'];
};
