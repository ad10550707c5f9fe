import { actorOf, identity, type RequestOf } from '#libs/contracts';
import { Answers, UseCase, Writes, type Call } from '#libs/messaging';
import { afterFence } from '../../fence';
import { Organisation } from '../../storage/entities';
import { describePartner, lockPartner } from '../../storage/partners.repository';

type Request = RequestOf<typeof identity.updatePartner>;

/**
 * Staff confirms or corrects what a partner said of itself (B9), or changes its number of keys (B15). Where that ends
 * its eligibility, it gets no token once this has answered. @throws not_found
 */
@UseCase()
export class UpdatePartner {
  constructor(private readonly writes: Writes) {}

  @Answers(identity.updatePartner)
  async execute(request: Request, call: Call) {
    const { reply } = await this.writes.once(call, request, async (tx) => {
      const partner = await lockPartner(tx.manager, request.partnerId);
      const version = partner.version + 1;
      await tx.manager.update(Organisation, { id: partner.id }, { ...changeOf(request), version });
      if (request.verified === true && !partner.verified) {
        await tx.emit(
          identity.partnerVerified,
          { id: partner.id, version },
          { partnerId: partner.id, by: actorOf(call.caller) },
        );
      }
      return describePartner(tx.manager, partner.id);
    });
    if (request.verified === false || request.programme !== undefined || request.type !== undefined) await afterFence();
    return reply;
  }
}

const changeOf = ({ verified, programme, type, keyLimit }: Request) => ({
  ...(verified !== undefined && { verified }),
  ...(programme !== undefined && { programme }),
  ...(type !== undefined && { type }),
  ...(keyLimit?.sandbox !== undefined && { keyLimitSandbox: keyLimit.sandbox }),
  ...(keyLimit?.production !== undefined && { keyLimitProduction: keyLimit.production }),
});
