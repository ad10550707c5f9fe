import { identity, type RequestOf } from '#libs/contracts';
import { Database } from '#libs/database';
import { RpcHandler, personOf, UseCase, type RpcContext } from '#libs/rpc';
import { hashSession } from '../../domain/credentials';
import { Session } from '../../storage/entities';

/** Ends the session on the server. */
@UseCase()
export class SignOut {
  constructor(private readonly database: Database) {}

  @RpcHandler(identity.signOut)
  async execute({ accessToken }: RequestOf<typeof identity.signOut>, context: RpcContext) {
    const { environment, personId } = personOf(context);
    await this.database.transaction(environment, context.traceId, ({ manager }) =>
      manager.delete(Session, { environment, tokenHash: hashSession(accessToken), personId }),
    );
    return {};
  }
}
