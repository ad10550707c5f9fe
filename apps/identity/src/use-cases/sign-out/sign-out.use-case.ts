import { identity, type RequestOf } from '#libs/contracts';
import { RpcHandler, personOf, UseCase, type RpcContext } from '#libs/rpc';
import { IdempotentTransaction } from '#libs/service';
import { hashSession } from '../../domain/credentials';
import { requireStillThere } from '../../storage/callers';
import { Session } from '../../storage/entities';

/** Ends the session on the server. */
@UseCase()
export class SignOut {
  constructor(private readonly transaction: IdempotentTransaction) {}

  @RpcHandler(identity.signOut)
  async execute(request: RequestOf<typeof identity.signOut>, context: RpcContext) {
    const person = personOf(context);
    const { environment, personId } = person;
    const { reply } = await this.transaction.run(context, request, async ({ manager }) => {
      await requireStillThere(manager, person);
      await manager.delete(Session, { environment, tokenHash: hashSession(request.accessToken), personId });
      return {};
    });
    return reply;
  }
}
