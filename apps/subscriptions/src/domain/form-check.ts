import Ajv, { type ErrorObject, type Options, type ValidateFunction } from 'ajv';
import Ajv2020 from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import { pointerTo, subscriptions } from '#libs/contracts';
import type { FieldFault } from '#libs/errors';
import { withinTime } from './within-time';

type FormAnswers = subscriptions.FormAnswers;

/** Tells everything that is wrong with the answers to a form; nothing: they are complete and valid. */
export type FormCheck = (answers: FormAnswers) => FieldFault[];

const checkMsMax = 500;
const faultsMax = 100;
const draft07 = /^https?:\/\/json-schema\.org\/draft-07\/schema#?$/;

const options: Options = {
  // A mistyped keyword would check nothing; the other strict rules are matters of style.
  strictSchema: true,
  strictTypes: false,
  strictTuples: false,
  strictRequired: false,
  allErrors: true,
  inlineRefs: false,
  addUsedSchema: false,
  logger: false,
};

/** @throws Error when the schema is none, or names keywords or formats that do not exist */
export function compileSchema(schema: Record<string, unknown>): ValidateFunction {
  const isDraft07 = typeof schema.$schema === 'string' && draft07.test(schema.$schema);
  const ajv = isDraft07 ? new Ajv(options) : new Ajv2020(options);
  addFormats(ajv);
  return ajv.compile(schema);
}

export function compileForm(steps: subscriptions.FormStep[]): FormCheck {
  const validators = new Map(steps.map(({ id, schema }) => [id, compileSchema(schema)]));
  return (answers) => {
    if (JSON.stringify(answers).length > subscriptions.formCharactersMax)
      return [fault(['answers'], `Answers have at most ${subscriptions.formCharactersMax} characters.`)];
    try {
      return withinTime(checkMsMax, () => check(validators, answers)).slice(0, faultsMax);
    } catch {
      // Interrupted, or a pattern that gave up: made for it or not, such answers cannot be accepted.
      return [fault(['answers'], 'These answers could not be checked against the form.')];
    }
  };
}

function check(validators: Map<string, ValidateFunction>, answers: FormAnswers): FieldFault[] {
  const unknown = Object.keys(answers).filter((stepId) => !validators.has(stepId));
  return [
    ...unknown.map((stepId) => fault(['answers', stepId], 'The form has no such step.')),
    ...[...validators].flatMap(([stepId, validate]) =>
      Object.hasOwn(answers, stepId)
        ? stepFaults(stepId, validate, answers[stepId])
        : [fault(['answers', stepId], 'This step is missing.')],
    ),
  ];
}

function stepFaults(stepId: string, validate: ValidateFunction, answers: unknown): FieldFault[] {
  if (validate(answers)) return [];
  return (validate.errors ?? []).slice(0, faultsMax).map((error) => {
    const { field, detail } = read(error);
    return {
      pointer: pointerTo('answers', stepId) + error.instancePath + (field === undefined ? '' : pointerTo(field)),
      detail,
    };
  });
}

/** What an error of Ajv means for whoever filled in the form: at which field below, and what. */
function read({ keyword, params, message }: ErrorObject): { field?: string; detail: string } {
  const named = params as Partial<Record<string, unknown>>;
  const field = named.missingProperty ?? named.additionalProperty ?? named.unevaluatedProperty ?? named.propertyName;
  if (typeof field !== 'string') return { detail: sentence(keyword === 'enum' ? oneOf(named.allowedValues) : message) };
  if (keyword === 'propertyNames') return { field, detail: 'The form allows no such name.' };
  return {
    field,
    detail: named.missingProperty === undefined ? 'The form has no such field.' : 'This field is required.',
  };
}

const oneOf = (values: unknown): string | undefined =>
  Array.isArray(values) ? `must be one of ${values.map((value) => JSON.stringify(value)).join(', ')}` : undefined;

const sentence = (message = 'is not valid'): string => `${message.charAt(0).toUpperCase()}${message.slice(1)}.`;

const fault = (path: string[], detail: string): FieldFault => ({ pointer: pointerTo(...path), detail });
