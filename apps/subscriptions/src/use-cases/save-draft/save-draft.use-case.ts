import { actorOf, subscriptions, type DraftVersion, type RequestOf } from '#libs/contracts';
import { newId, type Tx } from '#libs/database';
import { fail } from '#libs/errors';
import { RpcHandler, personOf, UseCase, type RpcContext } from '#libs/rpc';
import { IdempotentTransaction } from '#libs/service';
import { requireSubmittable } from '../../domain/submit-blockers';
import { findDraft, replaceDraft } from '../../storage/drafts.repository';
import { pendingSubmissionOf } from '../../storage/submissions.repository';
import { lockOwn } from '../../storage/subscriptions.repository';
import { describeDraft } from '../../views/draft.view';

type Request = RequestOf<typeof subscriptions.saveDraft>;

/**
 * Keeps a submission in the making, for all people of both accounts: whoever saves says which they have read, and is shown
 * the other where somebody was quicker. It goes when it is submitted.
 *
 * @throws not_found, subscriptions.cancelled, subscriptions.wrong_phase, subscriptions.draft_changed
 */
@UseCase()
export class SaveDraft {
  constructor(private readonly transaction: IdempotentTransaction) {}

  @RpcHandler(subscriptions.saveDraft)
  async execute(request: Request, context: RpcContext) {
    const person = personOf(context);
    const { reply } = await this.transaction.run(context, request, async (tx) => {
      const { subscription, plan } = await lockOwn(tx.manager, person.partnerId, request.subscriptionId);
      const pending = await pendingSubmissionOf(tx.manager, subscription.id);
      requireSubmittable(subscription.phase, plan, pending !== null);
      await requireRead(tx, request);
      const draft = {
        subscriptionId: subscription.id,
        version: newId<DraftVersion>(),
        answers: request.answers,
        formVersion: request.formVersion === undefined ? plan.formVersion : request.formVersion,
        savedBy: actorOf(person),
        savedAt: tx.now,
      };
      await replaceDraft(tx, draft);
      return describeDraft(draft);
    });
    return reply;
  }
}

/** Nobody overwrites what they have not seen. */
async function requireRead({ manager }: Tx, { subscriptionId, version = null }: Request): Promise<void> {
  const saved = await findDraft(manager, subscriptionId);
  if ((saved?.version ?? null) === version) return;
  fail(
    'subscriptions.draft_changed',
    saved
      ? `${saved.savedBy.displayName} has saved another draft, at ${saved.savedAt.toISOString()}. Read it, and save yours with its version.`
      : 'The draft that you have read is no more: it was submitted, or has expired. Save yours without a version.',
    { draft: saved && describeDraft(saved) },
  );
}
