import { notifications, type RequestOf } from '#libs/contracts';
import { notFound } from '#libs/errors';
import { RpcHandler, personOf, UseCase, type RpcContext } from '#libs/rpc';
import { IdempotentTransaction } from '#libs/service';
import { Message } from '../../storage/entities';
import { describeMessage } from '../../views/message.view';

/** @throws not_found */
@UseCase()
export class MarkRead {
  constructor(private readonly transaction: IdempotentTransaction) {}

  @RpcHandler(notifications.markRead)
  async execute(request: RequestOf<typeof notifications.markRead>, context: RpcContext) {
    const { environment, partnerId } = personOf(context);
    const { reply } = await this.transaction.run(context, request, async ({ manager, now }) => {
      const message = await manager.findOneBy(Message, { environment, partnerId, id: request.messageId });
      if (!message) throw notFound();
      const readAt = message.readAt ?? now;
      await manager.update(Message, { environment, id: message.id }, { readAt });
      return describeMessage(Object.assign(message, { readAt }));
    });
    return reply;
  }
}
