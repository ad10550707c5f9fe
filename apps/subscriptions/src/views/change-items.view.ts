import type { EntityManager } from 'typeorm';
import type { SubmissionId, subscriptions, SubscriptionId } from '#libs/contracts';
import { itemId } from '../domain/change-items';
import type { Submission } from '../storage/entities';
import { responsesOf } from '../storage/submissions.repository';

type Decided = Pick<Submission, 'id' | 'items'>;

/** The notes of a decision as both sides see them, each with what the partner has said of it since. */
export type DescribeItems = (decided: Decided) => subscriptions.ShownChangeItem[];

export async function changeItemsOf(manager: EntityManager, ids: SubscriptionId[]): Promise<DescribeItems> {
  const responses = new Map(
    (await responsesOf(manager, ids)).flatMap(({ id, responses: own }) =>
      own.map((response) => [response.item, shown(response, id)] as const),
    ),
  );
  return ({ id, items }) =>
    items.map((item, index) => {
      const own = itemId(id, index);
      return { ...item, id: own, response: responses.get(own) ?? null };
    });
}

const shown = ({ addressed, comment }: subscriptions.ChangeResponse, submissionId: SubmissionId) => ({
  addressed,
  comment,
  submissionId,
});
