import { notifications, type RequestOf } from '#libs/contracts';
import { notFound } from '#libs/errors';
import { RpcHandler, personOf, UseCase, type RpcContext } from '#libs/rpc';
import { IdempotentTransaction } from '#libs/service';
import { Message } from '../../storage/entities';
import { countUnread, markReadUpTo } from '../../storage/message-reads.repository';

/** Up to the message that somebody has seen last: what has come since, they have not. @throws not_found */
@UseCase()
export class MarkAllRead {
  constructor(private readonly transaction: IdempotentTransaction) {}

  @RpcHandler(notifications.markAllRead)
  async execute(request: RequestOf<typeof notifications.markAllRead>, context: RpcContext) {
    const person = personOf(context);
    const { environment, partnerId } = person;
    const { reply } = await this.transaction.run(context, request, async ({ manager, now }) => {
      if (!(await manager.existsBy(Message, { environment, partnerId, id: request.upTo }))) throw notFound();
      await markReadUpTo(manager, person, request.upTo, now);
      return { unread: await countUnread(manager, person) };
    });
    return reply;
  }
}
