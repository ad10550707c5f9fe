import type { subscriptions } from '#libs/contracts';
import { invalid, type FieldFault } from '#libs/errors';
import { compileSchema } from './form-check';
import { schemaFaults } from './form-schema';
import { pointerTo } from './json-pointer';

type FormStep = subscriptions.FormStep;

const stepsMax = 20;
const titleLengthMax = 200;
/** Step ids name members of the answers and stand in addresses. */
const stepId = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$/;

/**
 * Whether a form can be put in force: every answer to it can be checked, and checking ends.
 *
 * @param pointer where the steps stand in the request
 * @throws invalid_request
 */
export function requireForm(steps: FormStep[], pointer: string): void {
  if (steps.length === 0 || steps.length > stepsMax) {
    throw invalid([{ pointer, detail: `A form has between one and ${stepsMax} steps.` }]);
  }
  const faults = steps.flatMap((step, index) => stepFaults(step, steps.slice(0, index), pointer + pointerTo(index)));
  if (faults.length > 0) throw invalid(faults);
}

function stepFaults({ id, title, schema }: FormStep, earlier: FormStep[], pointer: string): FieldFault[] {
  const faults: FieldFault[] = [];
  if (!stepId.test(id) || id === 'constructor')
    faults.push({ pointer: `${pointer}/id`, detail: 'Use up to 63 letters, digits, dots, hyphens and underscores.' });
  if (earlier.some((other) => other.id === id))
    faults.push({ pointer: `${pointer}/id`, detail: 'Another step has this id.' });
  if (title.trim() === '' || title.length > titleLengthMax) {
    faults.push({ pointer: `${pointer}/title`, detail: `A title has between one and ${titleLengthMax} characters.` });
  }
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
