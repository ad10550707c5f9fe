import { actorOf, identity, type RequestOf } from '#libs/contracts';
import { fail } from '#libs/errors';
import { RpcHandler, staffOf, UseCase, type RpcContext } from '#libs/rpc';
import { IdempotentTransaction } from '#libs/service';
import { requireStillStaff } from '../../storage/callers';
import { announcePartner } from '../../workflows/partner-announcements';
import { Partner } from '../../storage/entities';
import { Partners, reasonsOf } from '../../storage/partners.repository';
import { describePartner } from '../../views/partner.view';

/** @throws not_found, identity.not_suspended */
@UseCase()
export class ReinstatePartner {
  constructor(
    private readonly transaction: IdempotentTransaction,
    private readonly partners: Partners,
  ) {}

  @RpcHandler(identity.reinstatePartner)
  async execute(request: RequestOf<typeof identity.reinstatePartner>, context: RpcContext) {
    const { partnerId } = request;
    const { reply } = await this.transaction.run(context, request, async (tx) => {
      await requireStillStaff(tx.manager, staffOf(context));
      const partner = await this.partners.lock(tx.manager, partnerId);
      if (!partner.suspendedAt) fail('identity.not_suspended', 'This partner is not suspended.');
      const version = partner.version + 1;
      await tx.manager.update(Partner, { id: partnerId }, { suspendedAt: null, suspensionNotes: null, version });
      await announcePartner(tx, partnerId);
      const reinstated = await this.partners.get(tx.manager, partnerId);
      await tx.publishEvent(
        identity.partnerReinstated,
        { id: partnerId, version },
        { partnerId, by: actorOf(context.caller), reasons: reasonsOf(reinstated) },
      );
      return describePartner(reinstated);
    });
    return reply;
  }
}
