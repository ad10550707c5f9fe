import { actorOf, environments, identity, type RequestOf } from '#libs/contracts';
import { fail } from '#libs/errors';
import { RpcHandler, staffOf, UseCase, type RpcContext } from '#libs/rpc';
import { IdempotentTransaction } from '#libs/service';
import { Fence } from '../../workflows/fence';
import { LiveTokens } from '../../workflows/live-tokens';
import { announcePartner } from '../../workflows/partner-announcements';
import { requireStillStaff } from '../../storage/callers';
import { Partner } from '../../storage/entities';
import { Partners } from '../../storage/partners.repository';
import { describePartner } from '../../views/partner.view';

/**
 * B11: once this has answered, the partner gets no new token, and unless it is told otherwise those it has are ended.
 * @throws not_found, identity.already_suspended
 */
@UseCase()
export class SuspendPartner {
  constructor(
    private readonly transaction: IdempotentTransaction,
    private readonly partners: Partners,
    private readonly fence: Fence,
    private readonly liveTokens: LiveTokens,
  ) {}

  @RpcHandler(identity.suspendPartner)
  async execute(request: RequestOf<typeof identity.suspendPartner>, context: RpcContext) {
    const { partnerId, notes, revokeTokens } = request;
    const { reply } = await this.transaction.run(context, request, async (tx) => {
      await requireStillStaff(tx.manager, staffOf(context));
      const partner = await this.partners.lock(tx.manager, partnerId);
      if (partner.suspendedAt) fail('identity.already_suspended', 'This partner is suspended already.');
      const version = partner.version + 1;
      await tx.manager.update(Partner, { id: partnerId }, { suspendedAt: tx.now, suspensionNotes: notes, version });
      await announcePartner(tx, partnerId);
      await tx.publishEvent(
        identity.partnerSuspended,
        { id: partnerId, version },
        { partnerId, notes, revokeTokens, by: actorOf(context.caller) },
      );
      const suspended = describePartner(await this.partners.get(tx.manager, partnerId));
      if (revokeTokens)
        for (const environment of environments) await this.liveTokens.revokeOfPartners(tx, environment, [partnerId]);
      return suspended;
    });
    if (revokeTokens) await this.liveTokens.announce(...environments);
    await this.fence.pass();
    return reply;
  }
}
