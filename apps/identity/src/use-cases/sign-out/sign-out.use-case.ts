import { identity, type RequestOf } from '#libs/contracts';
import { RpcHandler, personOf, UseCase, type RpcContext } from '#libs/rpc';
import { IdempotentTransaction } from '#libs/service';
import { hashSession } from '../../domain/credentials';
import { Session } from '../../storage/entities';

/** Ends the session on the server. */
@UseCase()
export class SignOut {
  constructor(private readonly transaction: IdempotentTransaction) {}

  @RpcHandler(identity.signOut)
  async execute(request: RequestOf<typeof identity.signOut>, context: RpcContext) {
    const { environment, personId } = personOf(context);
    const { reply } = await this.transaction.run(context, request, async ({ manager }) => {
      await manager.delete(Session, { environment, tokenHash: hashSession(request.accessToken), personId });
      return {};
    });
    return reply;
  }
}
