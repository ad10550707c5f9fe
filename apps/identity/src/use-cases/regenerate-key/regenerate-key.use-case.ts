import { actorOf, identity, type PersonCaller, type RequestOf } from '#libs/contracts';
import type { Tx } from '#libs/database';
import { Answers, personOf, UseCase, Writes, type Call } from '#libs/messaging';
import { hashSecret, newApplicationId, newSecret, secretHint } from '../../domain/credentials';
import { afterFence } from '../../fence';
import { LiveTokens } from '../../live-tokens';
import { Pepper } from '../../pepper';
import { lockStanding } from '../../storage/accounts.repository';
import { AccessKey } from '../../storage/entities';
import { describeWithSecret, getOwnKey, keyFact, withoutSecret } from '../../storage/keys.repository';

type Request = RequestOf<typeof identity.regenerateKey>;

/** B17: a new pair in the same slot. Once this has answered, the previous pair gets no token. @throws not_found */
@UseCase()
export class RegenerateKey {
  constructor(
    private readonly writes: Writes,
    private readonly liveTokens: LiveTokens,
    private readonly pepper: Pepper,
  ) {}

  @Answers(identity.regenerateKey)
  async execute(request: Request, call: Call) {
    const person = personOf(call);
    let previousApplicationId: string | undefined;
    const { reply } = await this.writes.once(
      call,
      request,
      async (tx) => {
        const renewed = await this.renew(tx, person, request);
        previousApplicationId = renewed.previousApplicationId;
        return renewed.reply;
      },
      { record: withoutSecret },
    );
    await afterFence();
    if (request.revokeTokens && previousApplicationId)
      await this.liveTokens.end(person.environment, previousApplicationId, call);
    return reply;
  }

  private async renew(tx: Tx, person: PersonCaller, { keyId, revokeTokens }: Request) {
    const { domain } = await lockStanding(tx.manager, person.environment, person.partnerId);
    const key = await getOwnKey(tx.manager, person.environment, person.accountId, keyId);
    const previousApplicationId = key.applicationId;
    const secret = newSecret(person.environment);
    const change = {
      applicationId: newApplicationId(person.environment),
      secretHash: hashSecret(this.pepper.value, secret),
      secretHint: secretHint(secret),
      renewedAt: new Date(),
      version: key.version + 1,
    };
    await tx.manager.update(AccessKey, { environment: key.environment, id: key.id }, change);
    const renewed = Object.assign(key, change);
    await tx.emit(
      identity.keyRegenerated,
      { id: key.id, version: renewed.version },
      { ...keyFact(renewed), previousApplicationId, revokeTokens, by: actorOf(person) },
    );
    return { reply: describeWithSecret(renewed, domain, secret), previousApplicationId };
  }
}
