import { notifications, type RequestOf } from '#libs/contracts';
import { notFound } from '#libs/errors';
import { RpcHandler, UseCase, type RpcContext } from '#libs/rpc';
import { IdempotentTransaction } from '#libs/service';
import { setByMail } from '../../storage/preferences.repository';
import { Unsubscriptions } from '../../workflows/unsubscriptions';

/** RFC 8058: whoever has the mail is enough; their mail program may do it for them. @throws not_found */
@UseCase()
export class Unsubscribe {
  constructor(
    private readonly transaction: IdempotentTransaction,
    private readonly unsubscriptions: Unsubscriptions,
  ) {}

  @RpcHandler(notifications.unsubscribe)
  async execute(request: RequestOf<typeof notifications.unsubscribe>, context: RpcContext) {
    const said = this.unsubscriptions.read(request.token);
    if (said?.recipient.environment !== context.scope) throw notFound();
    const { kind, recipient } = said;
    const { reply } = await this.transaction.run(context, request, async ({ manager, now }) => {
      await setByMail(manager, recipient, kind, false, now);
      return { partnerId: recipient.partnerId, personId: recipient.personId, kind };
    });
    return reply;
  }
}
