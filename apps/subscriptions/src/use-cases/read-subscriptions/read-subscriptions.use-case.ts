import { subscriptions, type RequestOf } from '#libs/contracts';
import { afterCursor, Database, pageOf } from '#libs/database';
import { Answers, personOf, UseCase, type Call } from '#libs/messaging';
import { formAt, testDataOf } from '../../storage/catalogue.repository';
import { describeSubscription, describeSubscriptions } from '../../storage/describe-subscriptions';
import { getAny, getOwn, listOwn } from '../../storage/subscriptions.repository';
import { timelineOf } from '../../storage/transitions.repository';

/** A partner's own subscriptions, the same from both of its accounts (B3). @throws not_found */
@UseCase()
export class ReadSubscriptions {
  constructor(private readonly database: Database) {}

  @Answers(subscriptions.listSubscriptions)
  list({ limit, cursor }: RequestOf<typeof subscriptions.listSubscriptions>, call: Call) {
    const { partnerId } = personOf(call);
    return this.database.reading('shared', async (manager) => {
      const { rows, nextCursor } = pageOf(await listOwn(manager, partnerId, limit, afterCursor(cursor)), limit);
      return { items: await describeSubscriptions(manager, rows), nextCursor };
    });
  }

  @Answers(subscriptions.getSubscription)
  get({ subscriptionId }: RequestOf<typeof subscriptions.getSubscription>, call: Call) {
    const { partnerId } = personOf(call);
    return this.database.reading('shared', async (manager) => {
      const { subscription } = await getOwn(manager, partnerId, subscriptionId);
      return describeSubscription(manager, subscription);
    });
  }

  /** B35. */
  @Answers(subscriptions.getTestData)
  testData({ subscriptionId }: RequestOf<typeof subscriptions.getTestData>, call: Call) {
    const { partnerId } = personOf(call);
    return this.database.reading('shared', async (manager) => {
      const { product } = await getOwn(manager, partnerId, subscriptionId);
      return testDataOf(manager, product.id);
    });
  }

  /** The form that a submission made now would answer. */
  @Answers(subscriptions.getForm)
  form({ subscriptionId }: RequestOf<typeof subscriptions.getForm>, call: Call) {
    const { partnerId } = personOf(call);
    return this.database.reading('shared', async (manager) => {
      const { plan } = await getOwn(manager, partnerId, subscriptionId);
      return { form: await formAt(manager, plan.id, plan.formVersion) };
    });
  }

  /** B40: staff sees every partner's, a person their own. */
  @Answers(subscriptions.getTimeline)
  timeline({ subscriptionId }: RequestOf<typeof subscriptions.getTimeline>, { caller }: Call) {
    return this.database.reading('shared', async (manager) => {
      const { subscription } =
        caller.kind === 'person'
          ? await getOwn(manager, caller.partnerId, subscriptionId)
          : await getAny(manager, subscriptionId);
      return { items: await timelineOf(manager, subscription.id) };
    });
  }
}
