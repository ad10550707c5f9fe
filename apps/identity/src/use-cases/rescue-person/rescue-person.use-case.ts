import { actorOf, identity, type ReplyOf, type RequestOf } from '#libs/contracts';
import { Database, recordAct, type Tx } from '#libs/database';
import { fail, notFound } from '#libs/errors';
import { RpcHandler, staffOf, UseCase, type RpcContext } from '#libs/rpc';
import { actOf, IdempotentTransaction } from '#libs/service';
import { Accounts } from '../../storage/accounts.repository';
import { requireStillStaff } from '../../storage/callers';
import { Person } from '../../storage/entities';
import { PasswordLinks } from '../../workflows/password-links';

type Request = RequestOf<typeof identity.rescuePerson>;
type Reply = ReplyOf<typeof identity.rescuePerson>;

/**
 * A link for an administrator of a partner who has lost their password, shown to staff once. Others of the account have
 * their administrators to help them. The account is told. @throws not_found, identity.not_global_admin
 */
@UseCase()
export class RescuePerson {
  constructor(
    private readonly database: Database,
    private readonly transaction: IdempotentTransaction,
    private readonly accounts: Accounts,
    private readonly links: PasswordLinks,
  ) {}

  @RpcHandler(identity.rescuePerson)
  async execute(request: Request, context: RpcContext) {
    const staff = staffOf(context);
    // The environment's connection first, as wherever two are needed: taken in turn, all could be waited for at once.
    const rescue = this.database.transaction(request.environment, context.traceId, (there) =>
      this.transaction.run(
        context,
        request,
        async (tx) => {
          await requireStillStaff(tx.manager, staff);
          const reply = await this.start(there, request, context);
          await recordAct(there, actOf(context, request, reply));
          return reply;
        },
        { record: (reply) => ({ ...reply, token: null }) },
      ),
    );
    const { reply } = await rescue;
    return reply;
  }

  private async start(there: Tx, { environment, partnerId, username }: Request, context: RpcContext): Promise<Reply> {
    const account = await this.accounts.get(there.manager, environment, partnerId);
    const where = { environment, accountId: account.id, username };
    const person = await there.manager.findOne(Person, { where, lock: { mode: 'for_no_key_update' } });
    if (!person) throw notFound();
    if (person.role !== 'global_admin')
      fail('identity.not_global_admin', 'A global admin of the account can add this person anew.');
    const { token, expiresAt } = await this.links.make(there, person, staffOf(context).staffId);
    const version = person.version + 1;
    await there.manager.update(Person, { environment, id: person.id }, { version });
    await there.publishEvent(
      identity.rescueStarted,
      { id: person.id, version },
      { partnerId, accountId: account.id, personId: person.id, username, by: actorOf(context.caller) },
    );
    return {
      personId: person.id,
      username,
      displayName: person.displayName,
      email: person.email,
      account: { id: account.id, environment, domain: account.domain, state: account.state },
      token,
      expiresAt: expiresAt.toISOString(),
    };
  }
}
