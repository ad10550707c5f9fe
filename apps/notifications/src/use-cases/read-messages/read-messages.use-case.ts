import { IsNull, LessThan } from 'typeorm';
import { notifications, type MessageId, type RequestOf } from '#libs/contracts';
import { afterCursor, Database, pageOf } from '#libs/database';
import { RpcHandler, personOf, UseCase, type RpcContext } from '#libs/rpc';
import { Message } from '../../storage/entities';
import { describeMessage } from '../../views/message.view';

/** An account's inbox, newest first. */
@UseCase()
export class ReadMessages {
  constructor(private readonly database: Database) {}

  @RpcHandler(notifications.listMessages)
  list({ limit, cursor }: RequestOf<typeof notifications.listMessages>, context: RpcContext) {
    const { environment, partnerId } = personOf(context);
    return this.database.reading(environment, async (manager) => {
      const after = afterCursor(cursor);
      const { rows, nextCursor } = pageOf(
        await manager.find(Message, {
          where: { environment, partnerId, ...(after && { id: LessThan(after as MessageId) }) },
          order: { id: 'DESC' },
          take: limit + 1,
        }),
        limit,
      );
      const unread = await manager.countBy(Message, { environment, partnerId, readAt: IsNull() });
      return { items: rows.map(describeMessage), nextCursor, unread };
    });
  }
}
