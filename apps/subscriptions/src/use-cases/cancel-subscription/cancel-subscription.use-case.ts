import {
  actorOf,
  identity,
  subscriptions,
  type PersonCaller,
  type RequestOf,
  type SubscriptionId,
} from '#libs/contracts';
import type { Tx } from '#libs/database';
import { fail } from '#libs/errors';
import { Answers, asService, personOf, QuestionClient, UseCase, Writes, type Call } from '#libs/messaging';
import { hasGrant } from '../../storage/grants.repository';
import { closeSubmission, pendingSubmissionOf } from '../../storage/submissions.repository';
import { aggregateOf, lockOwnEvenCancelled, subscriptionFact } from '../../storage/subscriptions.repository';
import { advance } from '../../storage/transitions.repository';

type Request = RequestOf<typeof subscriptions.cancelSubscription>;

/**
 * Ends a subscription; its keys end in both environments before this answers. May be repeated: should identity not
 * have answered, the event ends the keys, and whoever asks again is told when it is done. @throws not_found
 */
@UseCase()
export class CancelSubscription {
  constructor(
    private readonly questions: QuestionClient,
    private readonly writes: Writes,
  ) {}

  @Answers(subscriptions.cancelSubscription)
  async execute(request: Request, call: Call) {
    const person = personOf(call);
    await this.writes.once(call, request, async (tx) => {
      await this.cancel(tx, person, request);
      return {};
    });
    await this.endKeys(person, request, call);
    return {};
  }

  private async cancel(tx: Tx, person: PersonCaller, { subscriptionId }: Request): Promise<void> {
    const held = await lockOwnEvenCancelled(tx.manager, person.partnerId, subscriptionId);
    if (held.subscription.cancelledAt) return;
    await this.requireAdminOnceLive(tx, person, subscriptionId);
    const by = actorOf(person);
    const pending = await pendingSubmissionOf(tx.manager, subscriptionId);
    if (pending) await closeSubmission(tx, pending.id, { state: 'withdrawn', by });
    const { phase } = held.subscription;
    const cancelled = await advance(tx, held, { action: 'cancelled', to: phase, by }, { cancelledAt: new Date() });
    await tx.emit(subscriptions.subscriptionCancelled, aggregateOf(cancelled), subscriptionFact(cancelled, by));
  }

  /** B3: production keys end with it. Whoever works in the sandbox needs more than a developer's role for that. */
  private async requireAdminOnceLive(tx: Tx, person: PersonCaller, subscriptionId: SubscriptionId): Promise<void> {
    if (person.environment === 'production' || person.roles.includes('global_admin')) return;
    if (!(await hasGrant(tx.manager, subscriptionId, 'production'))) return;
    fail('forbidden', 'This subscription is in production. A global admin, or the primary account, may cancel it.');
  }

  private async endKeys({ partnerId }: PersonCaller, { subscriptionId }: Request, call: Call): Promise<void> {
    const keys = { partnerId, subscriptionId };
    await Promise.all([
      this.questions.ask(identity.endSubscriptionKeys, 'sandbox', keys, asService('subscriptions', call)),
      this.questions.ask(identity.endSubscriptionKeys, 'production', keys, asService('subscriptions', call)),
    ]);
  }
}
