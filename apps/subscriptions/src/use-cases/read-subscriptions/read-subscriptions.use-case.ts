import { subscriptions, type RequestOf } from '#libs/contracts';
import { afterCursor, Database, pageOf } from '#libs/database';
import { RpcHandler, personOf, UseCase, type RpcContext } from '#libs/rpc';
import { formAt, testDataOf } from '../../storage/catalogue.repository';
import { describeSubscription, describeSubscriptions } from '../../views/subscription.view';
import { getAny, getOwn, listOwn } from '../../storage/subscriptions.repository';
import { timelineOf } from '../../views/timeline.view';

/** A partner's own subscriptions, the same from both of its accounts (B3). @throws not_found */
@UseCase()
export class ReadSubscriptions {
  constructor(private readonly database: Database) {}

  @RpcHandler(subscriptions.listSubscriptions)
  list({ limit, cursor }: RequestOf<typeof subscriptions.listSubscriptions>, context: RpcContext) {
    const { partnerId } = personOf(context);
    return this.database.reading('shared', async (manager) => {
      const { rows, nextCursor } = pageOf(await listOwn(manager, partnerId, limit, afterCursor(cursor)), limit);
      return { items: await describeSubscriptions(manager, rows), nextCursor };
    });
  }

  @RpcHandler(subscriptions.getSubscription)
  get({ subscriptionId }: RequestOf<typeof subscriptions.getSubscription>, context: RpcContext) {
    const { partnerId } = personOf(context);
    return this.database.reading('shared', async (manager) => {
      const { subscription } = await getOwn(manager, partnerId, subscriptionId);
      return describeSubscription(manager, subscription);
    });
  }

  /** B35. */
  @RpcHandler(subscriptions.getTestData)
  testData({ subscriptionId }: RequestOf<typeof subscriptions.getTestData>, context: RpcContext) {
    const { partnerId } = personOf(context);
    return this.database.reading('shared', async (manager) => {
      const { product } = await getOwn(manager, partnerId, subscriptionId);
      return testDataOf(manager, product.id);
    });
  }

  /** The form that a submission made now would answer. */
  @RpcHandler(subscriptions.getForm)
  form({ subscriptionId }: RequestOf<typeof subscriptions.getForm>, context: RpcContext) {
    const { partnerId } = personOf(context);
    return this.database.reading('shared', async (manager) => {
      const { plan } = await getOwn(manager, partnerId, subscriptionId);
      return { form: await formAt(manager, plan.id, plan.formVersion) };
    });
  }

  /** B40: staff sees every partner's, a person their own. */
  @RpcHandler(subscriptions.getTimeline)
  timeline({ subscriptionId }: RequestOf<typeof subscriptions.getTimeline>, { caller }: RpcContext) {
    return this.database.reading('shared', async (manager) => {
      const { subscription } =
        caller.kind === 'person'
          ? await getOwn(manager, caller.partnerId, subscriptionId)
          : await getAny(manager, subscriptionId);
      return { items: await timelineOf(manager, subscription.id) };
    });
  }
}
