import { identity, type RequestOf } from '#libs/contracts';
import { Database } from '#libs/database';
import { Answers, personOf, UseCase, type Call } from '#libs/messaging';
import { hashSession } from '../../domain/credentials';
import { Session } from '../../storage/entities';

/** Ends the session on the server. */
@UseCase()
export class SignOut {
  constructor(private readonly database: Database) {}

  @Answers(identity.signOut)
  async execute({ accessToken }: RequestOf<typeof identity.signOut>, call: Call) {
    const { environment, personId } = personOf(call);
    await this.database.transaction(environment, call.traceId, ({ manager }) =>
      manager.delete(Session, { environment, tokenHash: hashSession(accessToken), personId }),
    );
    return {};
  }
}
