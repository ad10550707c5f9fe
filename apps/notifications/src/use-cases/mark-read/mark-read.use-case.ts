import { notifications, type RequestOf } from '#libs/contracts';
import { notFound } from '#libs/errors';
import { Answers, personOf, UseCase, Writes, type Call } from '#libs/messaging';
import { describeMessage, Message } from '../../storage/entities';

/** @throws not_found */
@UseCase()
export class MarkRead {
  constructor(private readonly writes: Writes) {}

  @Answers(notifications.markRead)
  async execute(request: RequestOf<typeof notifications.markRead>, call: Call) {
    const { environment, partnerId } = personOf(call);
    const { reply } = await this.writes.once(call, request, async ({ manager }) => {
      const message = await manager.findOneBy(Message, { environment, partnerId, id: request.messageId });
      if (!message) throw notFound();
      const readAt = message.readAt ?? new Date();
      await manager.update(Message, { environment, id: message.id }, { readAt });
      return describeMessage(Object.assign(message, { readAt }));
    });
    return reply;
  }
}
