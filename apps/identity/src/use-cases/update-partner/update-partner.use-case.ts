import { actorOf, environments, identity, type Actor, type PartnerId, type RequestOf } from '#libs/contracts';
import type { Tx } from '#libs/database';
import { RpcHandler, staffOf, UseCase, type RpcContext } from '#libs/rpc';
import { IdempotentTransaction } from '#libs/service';
import { isNews } from '../../domain/eligibility';
import { Fence } from '../../workflows/fence';
import { LiveTokens } from '../../workflows/live-tokens';
import { announcePartner } from '../../workflows/partner-announcements';
import { RegistrationExpiry } from '../../workflows/registration-expiry';
import { requireStillStaff } from '../../storage/callers';
import { Partner } from '../../storage/entities';
import { Partners, reasonsOf, type PartnerStatus } from '../../storage/partners.repository';
import { Registrations } from '../../storage/registrations.repository';
import { describePartner } from '../../views/partner.view';

type Request = RequestOf<typeof identity.updatePartner>;

/**
 * Staff confirms or corrects what a partner said of itself (B9), or changes its number of keys (B15). Where that ends
 * its eligibility, it gets no token once this has answered; those it has are ended where that is asked for.
 * @throws not_found, identity.registration_expired
 */
@UseCase()
export class UpdatePartner {
  constructor(
    private readonly transaction: IdempotentTransaction,
    private readonly partners: Partners,
    private readonly registrations: Registrations,
    private readonly fence: Fence,
    private readonly liveTokens: LiveTokens,
  ) {}

  @RpcHandler(identity.updatePartner)
  async execute(request: Request, context: RpcContext) {
    const { reply } = await this.transaction.run(context, request, async (tx) => {
      await requireStillStaff(tx.manager, staffOf(context));
      const partner = await this.partners.lock(tx.manager, request.partnerId);
      const before = await this.partners.get(tx.manager, partner.id);
      const version = partner.version + 1;
      await tx.manager.update(Partner, { id: partner.id }, { ...changeOf(request), version });
      await announcePartner(tx, partner.id);
      if (request.verified === true) await this.confirmRegistration(tx, partner.id);
      const after = await this.partners.get(tx.manager, partner.id);
      await publishChange(tx, { before, after, version, by: actorOf(context.caller) });
      const updated = describePartner(after);
      if (request.revokeTokens)
        for (const environment of environments)
          if (!updated.eligibility[environment].eligible)
            await this.liveTokens.revokeOfPartners(tx, environment, [partner.id]);
      return updated;
    });
    if (request.revokeTokens) await this.liveTokens.announce(...environments);
    if (request.verified === false || request.programme !== undefined || request.type !== undefined)
      await this.fence.pass();
    return reply;
  }

  /** For good: where staff takes its word back later, the partner keeps the domain that it was told is its own. */
  private async confirmRegistration(tx: Tx, partnerId: PartnerId): Promise<void> {
    const registration = await this.registrations.lock(tx.manager, partnerId);
    RegistrationExpiry.requireNotExpired(registration);
    if (!registration.confirmedAt) await this.registrations.confirm(tx.manager, registration, { confirmedAt: tx.now });
  }
}

interface Change {
  before: PartnerStatus;
  after: PartnerStatus;
  version: number;
  by: Actor;
}

/** One event for what has changed: a confirmation says itself in which environments it makes the partner eligible, and why not. */
async function publishChange(tx: Tx, { before, after, version, by }: Change): Promise<void> {
  const { id: partnerId, eligibility } = after;
  const aggregate = { id: partnerId, version };
  if (after.verified && !before.verified) {
    const eligible = { sandbox: eligibility.sandbox.eligible, production: eligibility.production.eligible };
    const reasons = reasonsOf(after);
    return tx.publishEvent(identity.partnerVerified, aggregate, { partnerId, by, eligible, reasons });
  }
  for (const environment of environments)
    if (isNews(before.eligibility[environment], eligibility[environment]))
      await tx.publishEvent(identity.eligibilityChanged, aggregate, {
        partnerId,
        by,
        environment,
        ...eligibility[environment],
      });
}

const changeOf = ({ verified, programme, type, keyLimit }: Request) => ({
  ...(verified !== undefined && { verified }),
  ...(programme !== undefined && { programme }),
  ...(type !== undefined && { type }),
  ...(keyLimit?.sandbox !== undefined && { keyLimitSandbox: keyLimit.sandbox }),
  ...(keyLimit?.production !== undefined && { keyLimitProduction: keyLimit.production }),
});
