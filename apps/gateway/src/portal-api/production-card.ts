import { Injectable } from '@nestjs/common';
import { identity, type PartnerId, type subscriptions } from '#libs/contracts';
import { SlipwayError } from '#libs/errors';
import { asService, RpcClient, type RequestContext } from '#libs/rpc';

type Subscription = subscriptions.Subscription;

/**
 * B34: the production card lists every reason why it is locked. The pipeline knows of review and payment; identity
 * knows of the primary account's API access, eligibility and suspension.
 */
@Injectable()
export class ProductionCard {
  constructor(private readonly rpc: RpcClient) {}

  async complete(subscription: Subscription, context: RequestContext): Promise<Subscription> {
    const [completed] = await this.completeAll([subscription], context);
    return completed ?? subscription;
  }

  async completeAll(items: Subscription[], context: RequestContext): Promise<Subscription[]> {
    if (items.length === 0) return items;
    const { blockers } = await this.rpc.call(
      identity.getAccountStatus,
      'production',
      { partnerId: partnerOf(context) },
      asService('gateway', context),
    );
    return items.map((item) => {
      const reasons = [...item.production.reasons, ...blockers];
      return { ...item, production: { ...item.production, reasons, unlocked: reasons.length === 0 } };
    });
  }
}

function partnerOf({ caller }: RequestContext): PartnerId {
  if (caller.kind !== 'person') throw new SlipwayError('not_signed_in', 'Sign in first.');
  return caller.partnerId;
}
