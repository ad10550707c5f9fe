import { In, LessThan, Not, Raw, type EntityManager } from 'typeorm';
import type { Actor, StaffCaller, SubmissionId, subscriptions, SubscriptionId } from '#libs/contracts';
import { newId, pageOf, type Tx } from '#libs/database';
import { notFound } from '#libs/errors';
import { Submission, Subscription, type Plan } from './entities';
import { insertRow } from './insert-row';
import { startClock } from './review-clocks.repository';
import { lockCompetent } from './reviewer-groups.repository';
import { lockAnyEvenCancelled, requireRunning, type SubscriptionWithPlan } from './subscriptions.repository';

interface New {
  subscriptionId: SubscriptionId;
  plan: Plan;
  formVersion: number | null;
  answers: subscriptions.FormAnswers;
  responses?: subscriptions.ChangeResponse[];
  by: Actor;
}

/** How many there have been: numbers have no gaps. */
export const submissionsOf = async (manager: EntityManager, subscriptionId: SubscriptionId): Promise<number> =>
  (await manager.maximum(Submission, 'number', { subscriptionId })) ?? 0;

/** The newest, whatever has become of it; without its answers, which may be long. */
export const lastOf = (
  manager: EntityManager,
  subscriptionId: SubscriptionId,
): Promise<Pick<Submission, 'id' | 'number'> | null> =>
  manager.findOne(Submission, {
    select: { id: true, number: true },
    where: { subscriptionId },
    order: { number: 'DESC' },
  });

/** The subscription is locked: nobody takes the number in between. */
export async function insertSubmission(
  tx: Tx,
  { subscriptionId, plan, formVersion, answers, responses = [], by }: New,
): Promise<Submission> {
  const last = await submissionsOf(tx.manager, subscriptionId);
  const submission = tx.manager.create(Submission, {
    id: newId<SubmissionId>(),
    subscriptionId,
    number: last + 1,
    formVersion,
    answers,
    state: 'pending',
    submittedBy: by,
    submittedAt: tx.now,
    decidedBy: null,
    decidedAt: null,
    notes: null,
    items: [],
    takenUpAt: null,
    dueAt: null,
    nudgedAt: null,
    responses,
  });
  await insertRow(tx, Submission, submission);
  if (plan.dueWorkingDays !== null) await startClock(tx, submission.id, plan.dueWorkingDays);
  return submission;
}

interface Decided {
  state: Exclude<subscriptions.SubmissionState, 'pending'>;
  by: Actor;
  notes?: string | null;
  items?: subscriptions.ChangeItem[];
}

/** Whoever had claimed it has it no more (trigger `end_claim`, so that copies of the release before end claims, too). */
export async function closeSubmission(
  tx: Tx,
  id: SubmissionId,
  { state, by, notes = null, items = [] }: Decided,
): Promise<void> {
  await tx.manager.update(
    Submission,
    { id, state: 'pending' },
    { state, decidedBy: by, decidedAt: tx.now, notes, items },
  );
}

export const pendingSubmissionOf = (
  manager: EntityManager,
  subscriptionId: SubscriptionId,
): Promise<Submission | null> => manager.findOneBy(Submission, { subscriptionId, state: 'pending' });

/** The last that was decided, of those before one where it is named: what was withdrawn is nobody's to look back to. */
export const lastDecidedOf = (
  manager: EntityManager,
  subscriptionId: SubscriptionId,
  before?: number,
): Promise<Submission | null> =>
  manager.findOne(Submission, {
    where: {
      subscriptionId,
      state: Not(In<subscriptions.SubmissionState>(['pending', 'withdrawn'])),
      ...(before !== undefined && { number: LessThan(before) }),
    },
    order: { number: 'DESC' },
  });

/** Responses to notes, oldest first, of what was not withdrawn. */
export const responsesOf = (
  manager: EntityManager,
  subscriptionIds: SubscriptionId[],
): Promise<Pick<Submission, 'id' | 'subscriptionId' | 'responses'>[]> =>
  manager.find(Submission, {
    select: { id: true, subscriptionId: true, responses: true },
    where: {
      subscriptionId: In(subscriptionIds),
      state: Not<subscriptions.SubmissionState>('withdrawn'),
      responses: Raw((column) => `json_array_length(${column}) > 0`),
    },
    order: { number: 'ASC' },
  });

/** A submission, and the locked subscription it is about. */
export interface UnderReview {
  submission: Submission;
  withPlan: SubscriptionWithPlan;
}

/**
 * For somebody of the staff: what they are not to review is not there for them, cancelled or not.
 *
 * @throws not_found, subscriptions.cancelled
 */
export async function lockUnderReview(tx: Tx, id: SubmissionId, by: StaffCaller): Promise<UnderReview> {
  const { manager } = tx;
  const { subscriptionId } = await getSubmission(manager, id);
  const held = await lockAnyEvenCancelled(manager, subscriptionId);
  const plan = await lockCompetent(tx, held.plan.id, by);
  const withPlan = requireRunning({ ...held, plan: { ...held.plan, ...plan } });
  // Read after the lock: who waited for it sees what the other reviewer has decided.
  return { withPlan, submission: await getSubmission(manager, id) };
}

export async function getSubmission(manager: EntityManager, id: SubmissionId): Promise<Submission> {
  const submission = await manager.findOneBy(Submission, { id });
  if (!submission) throw notFound();
  return submission;
}

/** Whose they are; each subscription once. */
export const subscriptionsOf = async (manager: EntityManager, ids: SubmissionId[]): Promise<Subscription[]> => {
  const rows = await manager.find(Submission, { select: { subscriptionId: true }, where: { id: In(ids) } });
  return manager.findBy(Subscription, { id: In(rows.map(({ subscriptionId }) => subscriptionId)) });
};

/** UTF-8 bytes of answers that one page has, unless its first row alone has more: a message of the broker has to hold them. */
const pageBytesMax = 400_000;

/** A page, newest first. */
export async function listSubmissionsOf(
  manager: EntityManager,
  subscriptionId: SubscriptionId,
  { after, limit }: { after: string | null; limit: number },
): Promise<{ rows: Submission[]; nextCursor: string | null }> {
  const sizes = await manager.query<{ id: SubmissionId; bytes: number }[]>(
    `select id, octet_length(answers::text) as bytes from subscriptions.submissions
     where subscription_id = $1 and ($2::uuid is null or id < $2) order by id desc limit $3`,
    [subscriptionId, after, limit + 1],
  );
  let bytes = 0;
  const room = sizes.findIndex((size) => (bytes += size.bytes) > pageBytesMax);
  const page = pageOf(sizes, room === -1 ? limit : Math.min(limit, Math.max(1, room)));
  const ids = page.rows.map(({ id }) => id);
  return {
    rows: await manager.find(Submission, { where: { id: In(ids) }, order: { id: 'DESC' } }),
    nextCursor: page.nextCursor,
  };
}
