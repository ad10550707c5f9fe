import { actorOf, identity, type RequestOf } from '#libs/contracts';
import { fail } from '#libs/errors';
import { Answers, UseCase, Writes, type Call } from '#libs/messaging';
import { Organisation } from '../../storage/entities';
import { describePartner, lockPartner } from '../../storage/partners.repository';

/** @throws not_found, identity.not_suspended */
@UseCase()
export class ReinstatePartner {
  constructor(private readonly writes: Writes) {}

  @Answers(identity.reinstatePartner)
  async execute(request: RequestOf<typeof identity.reinstatePartner>, call: Call) {
    const { partnerId } = request;
    const { reply } = await this.writes.once(call, request, async (tx) => {
      const partner = await lockPartner(tx.manager, partnerId);
      if (!partner.suspendedAt) fail('identity.not_suspended', 'This partner is not suspended.');
      const version = partner.version + 1;
      await tx.manager.update(Organisation, { id: partnerId }, { suspendedAt: null, suspensionNotes: null, version });
      await tx.emit(identity.partnerReinstated, { id: partnerId, version }, { partnerId, by: actorOf(call.caller) });
      return describePartner(tx.manager, partnerId);
    });
    return reply;
  }
}
