import { In, LessThan } from 'typeorm';
import {
  environments,
  notifications,
  type Environment,
  type EventId,
  type MailId,
  type RequestOf,
} from '#libs/contracts';
import { afterCursor, Database, pageOf } from '#libs/database';
import { asService, RpcHandler, sessionOf, staffOf, UseCase, type RpcContext } from '#libs/rpc';
import { linkRuleOf } from '../../domain/mailed-links';
import { Mail, Mailing } from '../../storage/entities';
import { describeMail } from '../../views/mail.view';
import { MailComposer } from '../../workflows/mail-composer';

type Request = RequestOf<typeof notifications.listMails>;
type Found = ReturnType<typeof describeMail> & { mailingId: EventId };

/**
 * For staff: what has become of each mail. Read in each environment under its own role. What carries a link is shown to administrators alone,
 * who have signed in lately, and only where no mail server is set: nowhere else would anybody get it.
 */
@UseCase()
export class ListMails {
  constructor(
    private readonly database: Database,
    private readonly composer: MailComposer,
  ) {}

  @RpcHandler(notifications.listMails)
  async list(request: Request, context: RpcContext) {
    const found = await Promise.all(environments.map((environment) => this.ofEnvironment(environment, request)));
    const newestFirst = found.flat().sort((one, other) => (one.id < other.id ? 1 : -1));
    const { rows, nextCursor } = pageOf(newestFirst.slice(0, request.limit + 1), request.limit);
    const items = await Promise.all(rows.map((mail) => this.withLink(mail, context)));
    return { items, nextCursor };
  }

  /** As it is at this moment: one that was used, replaced or has expired is gone. */
  private async withLink({ mailingId, ...mail }: Found, context: RpcContext) {
    const mayRead = staffOf(context).role === 'admin' && sessionOf(context).signedInRecently;
    if (mail.state !== 'kept' || !linkRuleOf(mail.type) || !mayRead) return mail;
    const { environment, personId } = mail;
    const composed = await this.composer.compose(
      environment,
      { mailingId, personId },
      asService('notifications', context),
    );
    return 'nothing' in composed ? { ...mail, reason: composed.nothing } : { ...mail, text: composed.text };
  }

  private ofEnvironment(environment: Environment, { limit, cursor, state, partnerId }: Request) {
    const after = afterCursor(cursor);
    return this.database.reading(environment, async (manager) => {
      const mails = await manager.find(Mail, {
        where: {
          environment,
          ...(state && { state }),
          ...(partnerId && { partnerId }),
          ...(after && { id: LessThan(after as MailId) }),
        },
        order: { id: 'DESC' },
        take: limit + 1,
      });
      const mailings = await manager.findBy(Mailing, {
        environment,
        id: In([...new Set(mails.map(({ mailingId }) => mailingId))]),
      });
      const byId = new Map(mailings.map((mailing) => [mailing.id, mailing]));
      return mails.map((mail): Found => {
        const { mailingId } = mail;
        return { ...describeMail(mail, byId.get(mailingId)), mailingId };
      });
    });
  }
}
