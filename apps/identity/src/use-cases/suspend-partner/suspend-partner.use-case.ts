import { actorOf, identity, type RequestOf } from '#libs/contracts';
import { fail } from '#libs/errors';
import { Answers, UseCase, Writes, type Call } from '#libs/messaging';
import { afterFence } from '../../fence';
import { Organisation } from '../../storage/entities';
import { describePartner, lockPartner } from '../../storage/partners.repository';

/** B11: once this has answered, the partner gets no new token. @throws not_found, identity.already_suspended */
@UseCase()
export class SuspendPartner {
  constructor(private readonly writes: Writes) {}

  @Answers(identity.suspendPartner)
  async execute(request: RequestOf<typeof identity.suspendPartner>, call: Call) {
    const { partnerId, notes } = request;
    const { reply } = await this.writes.once(call, request, async (tx) => {
      const partner = await lockPartner(tx.manager, partnerId);
      if (partner.suspendedAt) fail('identity.already_suspended', 'This partner is suspended already.');
      const version = partner.version + 1;
      await tx.manager.update(
        Organisation,
        { id: partnerId },
        { suspendedAt: new Date(), suspensionNotes: notes, version },
      );
      await tx.emit(
        identity.partnerSuspended,
        { id: partnerId, version },
        { partnerId, notes, by: actorOf(call.caller) },
      );
      return describePartner(tx.manager, partnerId);
    });
    await afterFence();
    return reply;
  }
}
