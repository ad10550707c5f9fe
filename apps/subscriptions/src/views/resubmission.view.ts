import type { EntityManager } from 'typeorm';
import type { subscriptions } from '#libs/contracts';
import { differenceOf } from '../domain/field-differences';
import { formAt } from '../storage/catalogue.repository';
import { Subscription, type Submission } from '../storage/entities';
import { lastDecidedOf } from '../storage/submissions.repository';
import { changeItemsOf } from './change-items.view';

type Resubmission = Pick<subscriptions.Review, 'requested' | 'difference'>;

/** B41: what is new since the last submission that was decided: what the partner says of each note, and field by field what differs. */
export async function describeResubmission(manager: EntityManager, submission: Submission): Promise<Resubmission> {
  const { subscriptionId, number } = submission;
  const before = await lastDecidedOf(manager, subscriptionId, number);
  if (!before) return { requested: [], difference: null };
  const { planId } = await manager.findOneByOrFail(Subscription, { id: subscriptionId });
  const submitted = async ({ formVersion, answers }: Submission) => ({
    form: await formAt(manager, planId, formVersion),
    answers,
  });
  const since = { submissionId: before.id, number: before.number, formVersion: before.formVersion };
  const describeItems = await changeItemsOf(manager, [subscriptionId]);
  return {
    requested: describeItems(before),
    difference: { since, ...differenceOf(await submitted(before), await submitted(submission)) },
  };
}
