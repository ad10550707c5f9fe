import { notifications, type RequestOf } from '#libs/contracts';
import { notFound } from '#libs/errors';
import { RpcHandler, personOf, UseCase, type RpcContext } from '#libs/rpc';
import { IdempotentTransaction } from '#libs/service';
import { Message } from '../../storage/entities';
import { markMessageRead } from '../../storage/message-reads.repository';
import { describeMessage } from '../../views/message.view';

/** For whoever calls, and nobody else of the account. @throws not_found */
@UseCase()
export class MarkRead {
  constructor(private readonly transaction: IdempotentTransaction) {}

  @RpcHandler(notifications.markRead)
  async execute(request: RequestOf<typeof notifications.markRead>, context: RpcContext) {
    const person = personOf(context);
    const { environment, partnerId } = person;
    const { reply } = await this.transaction.run(context, request, async ({ manager, now }) => {
      const message = await manager.findOneBy(Message, { environment, partnerId, id: request.messageId });
      if (!message) throw notFound();
      const readAt = message.readAt ?? (await markMessageRead(manager, person, message.id, now));
      return describeMessage(message, readAt);
    });
    return reply;
  }
}
