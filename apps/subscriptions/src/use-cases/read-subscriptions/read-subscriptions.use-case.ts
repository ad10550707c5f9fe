import { subscriptions, type RequestOf } from '#libs/contracts';
import { afterCursor, Database, pageOf } from '#libs/database';
import { notFound } from '#libs/errors';
import { RpcHandler, personOf, staffOf, UseCase, type RpcContext } from '#libs/rpc';
import { formAt, testDataOf } from '../../storage/catalogue.repository';
import { findDraft } from '../../storage/drafts.repository';
import type { Subscription } from '../../storage/entities';
import { requireCompetent } from '../../storage/reviewer-groups.repository';
import { listSubmissionsOf } from '../../storage/submissions.repository';
import { changeItemsOf } from '../../views/change-items.view';
import { describeDraft } from '../../views/draft.view';
import { describeSubmission } from '../../views/submission.view';
import { describeSubscriptions } from '../../views/subscription.view';
import { AccountSideReader } from '../../workflows/account-sides';
import { getAny, getOwn, listOwn } from '../../storage/subscriptions.repository';
import { timelineOf } from '../../views/timeline.view';

/** A partner's own subscriptions, the same from both of its accounts (B3). @throws not_found */
@UseCase()
export class ReadSubscriptions {
  constructor(
    private readonly database: Database,
    private readonly sides: AccountSideReader,
  ) {}

  @RpcHandler(subscriptions.listSubscriptions)
  async list({ limit, cursor, state }: RequestOf<typeof subscriptions.listSubscriptions>, context: RpcContext) {
    const { partnerId } = personOf(context);
    const page = { state, after: afterCursor(cursor), limit };
    const found = await this.database.reading('shared', (manager) => listOwn(manager, partnerId, page));
    const { rows, nextCursor } = pageOf(found, limit);
    return { items: await this.describeAll(rows, context), nextCursor };
  }

  @RpcHandler(subscriptions.getSubscription)
  async get({ subscriptionId }: RequestOf<typeof subscriptions.getSubscription>, context: RpcContext) {
    const { partnerId } = personOf(context);
    const { subscription } = await this.database.reading('shared', (manager) =>
      getOwn(manager, partnerId, subscriptionId),
    );
    const [described] = await this.describeAll([subscription], context);
    if (!described) throw notFound();
    return described;
  }

  /** `identity` is called in between, so that no connection is held meanwhile. */
  private async describeAll(rows: Subscription[], context: RpcContext) {
    const sides = await this.sides.of(rows, context);
    return this.database.reading('shared', (manager) => describeSubscriptions(manager, rows, sides));
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

  /** The form that a submission made now would answer, or one that was answered before. */
  @RpcHandler(subscriptions.getForm)
  form({ subscriptionId, version }: RequestOf<typeof subscriptions.getForm>, context: RpcContext) {
    const { partnerId } = personOf(context);
    return this.database.reading('shared', async (manager) => {
      const { plan } = await getOwn(manager, partnerId, subscriptionId);
      return { form: await formAt(manager, plan.id, version ?? plan.formVersion) };
    });
  }

  /** What is to be submitted, as it was saved last. */
  @RpcHandler(subscriptions.getDraft)
  draft({ subscriptionId }: RequestOf<typeof subscriptions.getDraft>, context: RpcContext) {
    const { partnerId } = personOf(context);
    return this.database.reading('shared', async (manager) => {
      const { subscription } = await getOwn(manager, partnerId, subscriptionId);
      const draft = await findDraft(manager, subscription.id);
      return { draft: draft && describeDraft(draft) };
    });
  }

  /** What was submitted, as it was then (B41). */
  @RpcHandler(subscriptions.listSubmissions)
  submissions({ subscriptionId, limit, cursor }: RequestOf<typeof subscriptions.listSubmissions>, context: RpcContext) {
    const { partnerId } = personOf(context);
    const page = { after: afterCursor(cursor), limit };
    return this.database.reading('shared', async (manager) => {
      const { subscription } = await getOwn(manager, partnerId, subscriptionId);
      const { rows, nextCursor } = await listSubmissionsOf(manager, subscription.id, page);
      const describeItems = await changeItemsOf(manager, [subscription.id]);
      return { items: rows.map((row) => describeSubmission(row, describeItems)), nextCursor };
    });
  }

  /** B40, B43: staff sees every partner's that they review, a person their own. */
  @RpcHandler(subscriptions.getTimeline)
  timeline({ subscriptionId }: RequestOf<typeof subscriptions.getTimeline>, context: RpcContext) {
    const { caller } = context;
    return this.database.reading('shared', async (manager) => {
      const { subscription, plan } =
        caller.kind === 'person'
          ? await getOwn(manager, caller.partnerId, subscriptionId)
          : await getAny(manager, subscriptionId);
      if (caller.kind !== 'person') await requireCompetent(manager, plan.id, staffOf(context));
      return { items: await timelineOf(manager, subscription.id) };
    });
  }
}
