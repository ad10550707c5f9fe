import { actorOf, identity, type PersonCaller, type RequestOf } from '#libs/contracts';
import type { Tx } from '#libs/database';
import { fail, notFound } from '#libs/errors';
import { personOf, RpcHandler, UseCase, type RpcContext } from '#libs/rpc';
import { IdempotentTransaction } from '#libs/service';
import { Accounts } from '../../storage/accounts.repository';
import { Person } from '../../storage/entities';
import { findVerification, lockOwnPerson } from '../../storage/own-person';
import { describeOwnPerson, describePerson } from '../../views/account.view';
import { LinkRequests } from '../../workflows/link-requests';
import { MailedLinks } from '../../workflows/mailed-links';

/** B58: a mail got lost, or its link is too old. A newer link ends the older. */
@UseCase()
export class RequestLink {
  constructor(
    private readonly transaction: IdempotentTransaction,
    private readonly accounts: Accounts,
    private readonly requests: LinkRequests,
    private readonly links: MailedLinks,
  ) {}

  /** @throws identity.email_verified, identity.too_many_requests */
  @RpcHandler(identity.requestEmailVerification)
  async ofOwnAddress(request: object, context: RpcContext) {
    const by = personOf(context);
    const { reply } = await this.transaction.run(context, request, async (tx) => {
      const person = await lockOwnPerson(tx.manager, by);
      const pending = await findVerification(tx.manager, person, tx.now);
      if (person.emailVerifiedAt && (!pending || pending.email === person.email))
        fail('identity.email_verified', 'Your address is proved already.');
      await this.requests.requireFew('email_verification', by.environment, person.id);
      await this.send(tx, person, 'email_verification', by, pending?.email);
      return describeOwnPerson(person, await findVerification(tx.manager, person, tx.now));
    });
    return reply;
  }

  /** @throws not_found, identity.not_invited, identity.too_many_requests */
  @RpcHandler(identity.inviteAgain)
  async ofInvitation({ personId: id }: RequestOf<typeof identity.inviteAgain>, context: RpcContext) {
    const by = personOf(context);
    const { environment, accountId } = by;
    const { reply } = await this.transaction.run(context, { personId: id }, async (tx) => {
      await this.accounts.lockAs(tx.manager, by);
      const where = { environment, accountId, id };
      const person = await tx.manager.findOne(Person, { where, lock: { mode: 'for_no_key_update' } });
      if (!person) throw notFound();
      if (!person.invitedAt) fail('identity.not_invited', 'They have set a password already.');
      await this.requests.requireFew('invitation', environment, id);
      await this.send(tx, person, 'invitation', by);
      return describePerson(person);
    });
    return reply;
  }

  private async send(tx: Tx, person: Person, kind: identity.LinkKind, by: PersonCaller, email?: string) {
    const { environment, id } = person;
    const version = person.version + 1;
    await tx.manager.update(Person, { environment, id }, { version });
    await this.links.request(tx, { ...person, version }, kind, actorOf(by), email);
  }
}
