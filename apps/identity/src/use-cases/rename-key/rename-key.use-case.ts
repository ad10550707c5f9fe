import { identity, type RequestOf } from '#libs/contracts';
import { Answers, personOf, UseCase, Writes, type Call } from '#libs/messaging';
import { lockStanding } from '../../storage/accounts.repository';
import { AccessKey } from '../../storage/entities';
import { describeKey, getOwnKey } from '../../storage/keys.repository';

/** B13: the name is only a label. @throws not_found */
@UseCase()
export class RenameKey {
  constructor(private readonly writes: Writes) {}

  @Answers(identity.renameKey)
  async execute(request: RequestOf<typeof identity.renameKey>, call: Call) {
    const { environment, accountId, partnerId } = personOf(call);
    const { reply } = await this.writes.once(call, request, async (tx) => {
      const { domain } = await lockStanding(tx.manager, environment, partnerId);
      const key = await getOwnKey(tx.manager, environment, accountId, request.keyId);
      await tx.manager.update(AccessKey, { environment, id: key.id }, { name: request.name });
      return describeKey(Object.assign(key, { name: request.name }), domain);
    });
    return reply;
  }
}
