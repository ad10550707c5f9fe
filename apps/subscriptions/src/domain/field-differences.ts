import { pointerTo, type subscriptions } from '#libs/contracts';
import { fieldsOf, isNamed } from './form-fields';

type Json = Record<string, unknown>;
type FieldDifference = subscriptions.FieldDifference;

/** Answers, and the form that they answer; null: none. */
export interface Submitted {
  form: subscriptions.Form | null;
  answers: subscriptions.FormAnswers;
}

const fieldsMax = 200;
/** What lies deeper than a pointer of this length is compared as a whole. */
const pointerCharactersMax = 300;

/**
 * Field by field, what one submission says and another does not: what has become of each answer, and whether the form itself
 * has gained or lost the field. A list is one field: of what has moved in it, everything would seem to have changed.
 */
export function differenceOf(before: Submitted, after: Submitted): { fields: FieldDifference[]; complete: boolean } {
  const filledIn = differing([], before.answers, after.answers);
  const known = new Set(filledIn.map(({ path }) => pointerTo(...path)));
  const silent = formChanges(before, after).filter((path) => !known.has(pointerTo(...path)));
  const fields = [
    ...filledIn.map(({ path, ...change }) => ({ path, ...change })),
    // Submitted alike, or by neither.
    ...silent.map((path) => ({ path, change: null })),
  ].map(({ path, ...change }) => ({
    pointer: pointerTo('answers', ...path),
    ...change,
    form: changeOfForm(before, after, path),
  }));
  return { fields: fields.slice(0, fieldsMax), complete: fields.length <= fieldsMax };
}

interface Differing {
  path: string[];
  change: 'added' | 'removed' | 'changed';
  before?: unknown;
  after?: unknown;
}

function differing(path: string[], before: unknown, after: unknown): Differing[] {
  if (isDescended(path, before, after)) {
    const [one, other] = [isObject(before) ? before : {}, isObject(after) ? after : {}];
    const names = [...new Set([...Object.keys(other), ...Object.keys(one)])];
    return names.flatMap((name) => differing([...path, name], own(one, name), own(other, name)));
  }
  if (before === undefined) return [{ path, change: 'added', after }];
  if (after === undefined) return [{ path, change: 'removed', before }];
  return inOrder(before) === inOrder(after) ? [] : [{ path, change: 'changed', before, after }];
}

/** Two objects, or one beside nothing; but not what is empty, which has no fields to speak for it. */
function isDescended(path: string[], before: unknown, after: unknown): boolean {
  if (pointerTo('answers', ...path).length > pointerCharactersMax) return false;
  if (isObject(before) && isObject(after)) return true;
  if (before === undefined) return isFilled(after);
  return after === undefined && isFilled(before);
}

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isFilled = (value: unknown): boolean => isObject(value) && Object.keys(value).length > 0;

const own = (value: Json, name: string): unknown => (Object.hasOwn(value, name) ? value[name] : undefined);

/** The same for the same, in whatever order members were written. */
const inOrder = (value: unknown): string =>
  JSON.stringify(value, (_name, member: unknown) =>
    isObject(member) ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1))) : member,
  );

/** Fields that one of the two versions of the form has, and the other has not. */
function formChanges(before: Submitted, after: Submitted): string[][] {
  if (before.form?.version === after.form?.version) return [];
  const fieldsIn = ({ form }: Submitted) =>
    (form?.steps ?? []).flatMap(({ id, schema }) => fieldsOf(schema, fieldsMax + 1).map((path) => [id, ...path]));
  const all = new Map([...fieldsIn(after), ...fieldsIn(before)].map((path) => [pointerTo(...path), path]));
  return [...all.values()].filter((path) => changeOfForm(before, after, path) !== null);
}

function changeOfForm(before: Submitted, after: Submitted, path: string[]): FieldDifference['form'] {
  if (before.form?.version === after.form?.version) return null;
  const [was, is] = [hasIn(before, path), hasIn(after, path)];
  if (was === is) return null;
  return is ? 'added' : 'removed';
}

function hasIn({ form }: Submitted, [stepId, ...path]: string[]): boolean {
  const step = form?.steps.find(({ id }) => id === stepId);
  return step !== undefined && isNamed(step.schema, path);
}
