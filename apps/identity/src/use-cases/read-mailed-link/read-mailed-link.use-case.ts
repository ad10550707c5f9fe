import { Clock } from '#libs/clock';
import { identity, type Environment, type RequestOf } from '#libs/contracts';
import { Database } from '#libs/database';
import { RpcHandler, UseCase, type RpcContext } from '#libs/rpc';
import { MailedLinks } from '../../workflows/mailed-links';

/** For `notifications`, at the moment in which it sends the mail. */
@UseCase()
export class ReadMailedLink {
  constructor(
    private readonly database: Database,
    private readonly links: MailedLinks,
    private readonly clock: Clock,
  ) {}

  @RpcHandler(identity.getMailedLink)
  async get(request: RequestOf<typeof identity.getMailedLink>, context: RpcContext) {
    const environment = context.scope as Environment;
    const link = await this.database.reading(environment, (manager) =>
      this.links.find(manager, environment, request, this.clock.date()),
    );
    return { link: link && { ...link, expiresAt: link.expiresAt.toISOString() } };
  }
}
