import { LRUCache } from 'lru-cache';
import type { subscriptions } from '#libs/contracts';
import type { FieldFault } from '#libs/errors';
import { compileForm, type FormCheck } from '../domain/form-check';
import { formFaults } from '../domain/form-definition';

/** What a check thread is given, as it crosses to it. */
export type FormTask =
  | { kind: 'judge'; steps: subscriptions.FormStep[]; pointer: string }
  | { kind: 'prepare'; form: string; steps: subscriptions.FormStep[] }
  | { kind: 'check'; form: string; answers: subscriptions.FormAnswers };

/** `unprepared`: a check of a form that this thread does not know, or no longer. */
export type FormResult = { faults: FieldFault[] } | { unprepared: true } | { failed: string };

/** Compiled forms, by plan and version. A version never changes, so what is kept is never out of date. */
const prepared = new LRUCache<string, FormCheck>({ max: 20 });

export function perform(task: FormTask): FormResult {
  try {
    return results[task.kind](task as never);
  } catch (error) {
    return { failed: error instanceof Error ? error.message : String(error) };
  }
}

type TaskOf<Kind extends FormTask['kind']> = Extract<FormTask, { kind: Kind }>;

const results: { [Kind in FormTask['kind']]: (task: TaskOf<Kind>) => FormResult } = {
  judge: ({ steps, pointer }) => ({ faults: formFaults(steps, pointer) }),
  prepare: ({ form, steps }) => {
    prepared.set(form, compileForm(steps));
    return { faults: [] };
  },
  check: ({ form, answers }) => {
    const check = prepared.get(form);
    return check ? { faults: check(answers) } : { unprepared: true };
  },
};
