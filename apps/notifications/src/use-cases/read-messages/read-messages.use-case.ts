import { LessThan } from 'typeorm';
import { notifications, type MessageId, type RequestOf } from '#libs/contracts';
import { afterCursor, Database, pageOf } from '#libs/database';
import { RpcHandler, personOf, UseCase, type RpcContext } from '#libs/rpc';
import { Message } from '../../storage/entities';
import { countUnread, readTimes } from '../../storage/message-reads.repository';
import { describeMessage } from '../../views/message.view';

/** An account's inbox, newest first, with what whoever calls has read. */
@UseCase()
export class ReadMessages {
  constructor(private readonly database: Database) {}

  @RpcHandler(notifications.listMessages)
  list({ limit, cursor }: RequestOf<typeof notifications.listMessages>, context: RpcContext) {
    const person = personOf(context);
    const { environment, partnerId } = person;
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
      const read = await readTimes(
        manager,
        person,
        rows.map(({ id }) => id),
      );
      const items = rows.map((message) => describeMessage(message, message.readAt ?? read.get(message.id) ?? null));
      return { items, nextCursor, unread: await countUnread(manager, person) };
    });
  }
}
