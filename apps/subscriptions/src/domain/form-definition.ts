import { pointerTo, subscriptions } from '#libs/contracts';
import type { FieldFault } from '#libs/errors';
import { compileSchema } from './form-check';
import { schemaFaults } from './form-schema';

type FormStep = subscriptions.FormStep;

const { id: stepId, title: stepTitle } = subscriptions.formStep.shape;

/**
 * What keeps a form from being put in force; nothing: every set of answers to it can be checked, and checking ends.
 *
 * @param pointer where the steps stand in the request
 */
export function formFaults(steps: FormStep[], pointer: string): FieldFault[] {
  if (steps.length === 0 || steps.length > subscriptions.formStepsMax) {
    return [{ pointer, detail: `A form has between one and ${subscriptions.formStepsMax} steps.` }];
  }
  return steps.flatMap((step, index) => stepFaults(step, steps.slice(0, index), pointer + pointerTo(index)));
}

function stepFaults({ id, title, schema }: FormStep, earlier: FormStep[], pointer: string): FieldFault[] {
  const faults: FieldFault[] = [];
  // A step id names a member of the answers: one that every object has would be answered before anybody answers.
  if (!stepId.safeParse(id).success || id === 'constructor')
    faults.push({ pointer: `${pointer}/id`, detail: 'Use up to 63 small letters, digits and dashes.' });
  if (earlier.some((other) => other.id === id))
    faults.push({ pointer: `${pointer}/id`, detail: 'Another step has this id.' });
  if (!stepTitle.safeParse(title).success)
    faults.push({ pointer: `${pointer}/title`, detail: 'A title has at least one character, and not too many.' });
  return [...faults, ...compilationFaults(schema).map((detail) => ({ pointer: `${pointer}/schema`, detail }))];
}

function compilationFaults(schema: FormStep['schema']): string[] {
  const faults = schemaFaults(schema);
  if (faults.length > 0) return faults;
  try {
    compileSchema(schema);
    return [];
  } catch (error) {
    return [`This is not a JSON Schema: ${error instanceof Error ? error.message : 'it does not compile'}`];
  }
}
