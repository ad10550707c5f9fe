import { actorOf, identity, type PersonCaller, type RequestOf } from '#libs/contracts';
import type { Tx } from '#libs/database';
import { Answers, personOf, UseCase, Writes, type Call } from '#libs/messaging';
import { hashSecret, newSecret, secretHint } from '../../domain/credentials';
import { afterFence } from '../../fence';
import { LiveTokens } from '../../live-tokens';
import { Pepper } from '../../pepper';
import { lockStanding } from '../../storage/accounts.repository';
import { AccessKey } from '../../storage/entities';
import { describeWithSecret, getOwnKey, keyFact, withoutSecret } from '../../storage/keys.repository';

type Request = RequestOf<typeof identity.rotateKey>;

/** B18: the same application ID, a new secret. Once this has answered, the previous secret gets no token. @throws not_found */
@UseCase()
export class RotateKey {
  constructor(
    private readonly writes: Writes,
    private readonly liveTokens: LiveTokens,
    private readonly pepper: Pepper,
  ) {}

  @Answers(identity.rotateKey)
  async execute(request: Request, call: Call) {
    const person = personOf(call);
    const { reply } = await this.writes.once(call, request, (tx) => this.renewSecret(tx, person, request), {
      record: withoutSecret,
    });
    await afterFence();
    if (request.revokeTokens) await this.liveTokens.end(person.environment, reply.applicationId, call);
    return reply;
  }

  private async renewSecret(tx: Tx, person: PersonCaller, { keyId, revokeTokens }: Request) {
    const { domain } = await lockStanding(tx.manager, person.environment, person.partnerId);
    const key = await getOwnKey(tx.manager, person.environment, person.accountId, keyId);
    const secret = newSecret(person.environment);
    const change = {
      secretHash: hashSecret(this.pepper.value, secret),
      secretHint: secretHint(secret),
      renewedAt: new Date(),
      version: key.version + 1,
    };
    await tx.manager.update(AccessKey, { environment: key.environment, id: key.id }, change);
    const renewed = Object.assign(key, change);
    await tx.emit(
      identity.keyRotated,
      { id: key.id, version: renewed.version },
      { ...keyFact(renewed), revokeTokens, by: actorOf(person) },
    );
    return describeWithSecret(renewed, domain, secret);
  }
}
