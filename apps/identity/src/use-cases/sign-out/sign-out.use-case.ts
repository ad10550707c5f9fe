import { identity, type RequestOf } from '#libs/contracts';
import { RpcHandler, personOf, UseCase, type RpcContext } from '#libs/rpc';
import { IdempotentTransaction } from '#libs/service';
import { hashSession } from '../../domain/credentials';
import { requireStillThere } from '../../storage/callers';

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
      const tokenHash = hashSession(request.accessToken);
      await manager.query(
        'delete from identity.sessions where environment = $1 and person_id = $2 and token_hash = $3',
        [environment, personId, tokenHash],
      );
      return {};
    });
    return reply;
  }
}
