import { Injectable } from '@nestjs/common';
import { identity, type PartnerId, type subscriptions } from '#libs/contracts';
import { SlipwayError } from '#libs/errors';
import { asService, QuestionClient, type CallEnvelope } from '#libs/messaging';

type Subscription = subscriptions.Subscription;

/**
 * B34: the production card lists every reason why it is locked. The pipeline knows of review and payment; identity
 * knows of the primary account's API access, eligibility and suspension.
 */
@Injectable()
export class ProductionCard {
  constructor(private readonly questions: QuestionClient) {}

  async complete(subscription: Subscription, call: CallEnvelope): Promise<Subscription> {
    const [completed] = await this.completeAll([subscription], call);
    return completed ?? subscription;
  }

  async completeAll(items: Subscription[], call: CallEnvelope): Promise<Subscription[]> {
    if (items.length === 0) return items;
    const { locks } = await this.questions.ask(
      identity.getStanding,
      'production',
      { partnerId: partnerOf(call) },
      asService('gateway', call),
    );
    return items.map((item) => {
      const reasons = [...item.production.reasons, ...locks];
      return { ...item, production: { ...item.production, reasons, unlocked: reasons.length === 0 } };
    });
  }
}

function partnerOf({ caller }: CallEnvelope): PartnerId {
  if (caller.kind !== 'person') throw new SlipwayError('not_signed_in', 'Sign in first.');
  return caller.partnerId;
}
