import { In, LessThan } from 'typeorm';
import { environments, notifications, type Environment, type MailId, type RequestOf } from '#libs/contracts';
import { afterCursor, Database, pageOf } from '#libs/database';
import { RpcHandler, UseCase } from '#libs/rpc';
import { Mail, Mailing } from '../../storage/entities';
import { describeMail } from '../../views/mail.view';

type Request = RequestOf<typeof notifications.listMails>;

/** For staff: what has become of each mail. Read in each environment under its own role. */
@UseCase()
export class ListMails {
  constructor(private readonly database: Database) {}

  @RpcHandler(notifications.listMails)
  async list(request: Request) {
    const found = await Promise.all(environments.map((environment) => this.ofEnvironment(environment, request)));
    const newestFirst = found.flat().sort((one, other) => (one.id < other.id ? 1 : -1));
    const { rows: items, nextCursor } = pageOf(newestFirst.slice(0, request.limit + 1), request.limit);
    return { items, nextCursor };
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
      const types = new Map(mailings.map(({ id, type }) => [id, type]));
      return mails.map((mail) => describeMail(mail, types.get(mail.mailingId) ?? ''));
    });
  }
}
