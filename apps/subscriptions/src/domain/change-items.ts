import { pointerTo, segmentsOf, type SubmissionId, type subscriptions } from '#libs/contracts';
import type { FieldFault } from '#libs/errors';
import { namesAlong, pathOfField } from './form-fields';

type NewItem = Pick<subscriptions.ChangeItem, 'note'> & Partial<subscriptions.ChangeItem>;

/** What was submitted. */
interface Submitted {
  form: subscriptions.Form | null;
  answers: subscriptions.FormAnswers;
}

type Placed = { item: subscriptions.ChangeItem; faults?: undefined } | { item?: undefined; faults: FieldFault[] };

/**
 * Notes at their places: each pinned to what the reviewer saw, a step of the form that was answered and a field of it or of
 * its answers. Or what is wrong with them.
 */
export function placeItems(
  items: readonly NewItem[],
  submitted: Submitted,
): { items: subscriptions.ChangeItem[]; faults: FieldFault[] } {
  const placed = items.map((item, index) => place(item, submitted, `/items/${index}`));
  return {
    items: placed.flatMap(({ item }) => item ?? []),
    faults: placed.flatMap(({ faults }) => faults ?? []),
  };
}

const fault = (pointer: string, detail: string): Placed => ({ faults: [{ pointer, detail }] });

function place(item: NewItem, submitted: Submitted, at: string): Placed {
  const { stepId, field, pointer, note } = item;
  if (pointer !== undefined) {
    if (stepId !== undefined || field !== undefined)
      return fault(`${at}/pointer`, 'Name a field by its step and name, or by a pointer, and not by both.');
    return placeByPointer({ pointer, note }, submitted, at);
  }
  const missing = Object.entries({ stepId, field }).filter(([, value]) => value === undefined);
  if (stepId === undefined || field === undefined)
    return { faults: missing.map(([name]) => ({ pointer: `${at}/${name}`, detail: 'This field is required.' })) };
  return placeByName({ stepId, field, note }, submitted, at);
}

function placeByName(
  { stepId, field, note }: Required<Omit<NewItem, 'pointer'>>,
  submitted: Submitted,
  at: string,
): Placed {
  const step = submitted.form?.steps.find(({ id }) => id === stepId);
  if (!step) return fault(`${at}/stepId`, 'The form that was answered has no such step.');
  const path = pathOfField(step.schema, submitted.answers[stepId], field);
  if (!path) return fault(`${at}/field`, 'This step has no such field. Name one as `street`, or `address.street`.');
  return { item: { stepId, field, pointer: pointerTo('answers', stepId, ...path), note } };
}

function placeByPointer(
  { pointer, note }: { pointer: string; note: string },
  submitted: Submitted,
  at: string,
): Placed {
  const [answers, stepId, ...segments] = segmentsOf(pointer) ?? [];
  const step = submitted.form?.steps.find(({ id }) => id === stepId);
  const names =
    answers === 'answers' && step && segments.length > 0
      ? namesAlong(step.schema, submitted.answers[step.id], segments)
      : undefined;
  if (!step || !names || names.length === 0)
    return fault(
      `${at}/pointer`,
      'The form that was answered has no such field. Name one as `/answers/company/address/street`.',
    );
  return { item: { stepId: step.id, field: names.join('.'), pointer, note } };
}

/** By which a response names it: notes are only added, all at once, with the decision. */
export const itemId = (submissionId: SubmissionId, index: number): string => `${submissionId}.${index}`;

/** A note that whoever submits again has to say something of. */
export interface OpenItem {
  id: string;
  item: subscriptions.ChangeItem;
}

/** What is wrong with the responses to notes; nothing: there is exactly one to each. */
export function responseFaults(
  open: readonly OpenItem[],
  responses: readonly subscriptions.ChangeResponse[],
): FieldFault[] {
  const surplus = responses.flatMap(({ item }, index) => {
    const pointer = `/responses/${index}/item`;
    if (!open.some(({ id }) => id === item)) return [{ pointer, detail: 'No note with this id waits for a response.' }];
    const isSecond = responses.findIndex((other) => other.item === item) < index;
    return isSecond ? [{ pointer, detail: 'There is a response to this note already.' }] : [];
  });
  const missing = open.filter(({ id }) => !responses.some(({ item }) => item === id));
  return [...surplus, ...missing.map(({ id, item }) => ({ pointer: '/responses', detail: missingInWords(id, item) }))];
}

const missingInWords = (id: string, { stepId, field, pointer }: subscriptions.ChangeItem): string =>
  `Say whether what was noted at ${pointer ?? pointerTo('answers', stepId, field)} was addressed, with a word on it: item ${id}.`;
