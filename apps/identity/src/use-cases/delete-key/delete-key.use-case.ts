import { actorOf, identity, type RequestOf } from '#libs/contracts';
import { Answers, personOf, UseCase, Writes, type Call } from '#libs/messaging';
import { afterFence } from '../../fence';
import { LiveTokens } from '../../live-tokens';
import { lockStanding } from '../../storage/accounts.repository';
import { getOwnKey, keyFact, markDeleted } from '../../storage/keys.repository';

type Request = RequestOf<typeof identity.deleteKey>;

/** B16, B19: frees the slot. Once this has answered, the key gets no token. @throws not_found */
@UseCase()
export class DeleteKey {
  constructor(
    private readonly writes: Writes,
    private readonly liveTokens: LiveTokens,
  ) {}

  @Answers(identity.deleteKey)
  async execute(request: Request, call: Call) {
    const person = personOf(call);
    let applicationId: string | undefined;
    await this.writes.once(call, request, async (tx) => {
      await lockStanding(tx.manager, person.environment, person.partnerId);
      const key = await getOwnKey(tx.manager, person.environment, person.accountId, request.keyId);
      await markDeleted(tx.manager, key);
      await tx.emit(
        identity.keyDeleted,
        { id: key.id, version: key.version + 1 },
        { ...keyFact(key), revokeTokens: request.revokeTokens, by: actorOf(person) },
      );
      applicationId = key.applicationId;
      return {};
    });
    await afterFence();
    if (request.revokeTokens && applicationId) await this.liveTokens.end(person.environment, applicationId, call);
    return {};
  }
}
