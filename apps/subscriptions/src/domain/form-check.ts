import Ajv, { type ErrorObject, type Options, type ValidateFunction } from 'ajv';
import Ajv2020 from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import { pointerTo, subscriptions } from '#libs/contracts';
import type { FieldFault } from '#libs/errors';
import { linearPatterns } from './linear-pattern';
import { uniqueItems } from './unique-items';

type FormAnswers = subscriptions.FormAnswers;

/**
 * Tells everything that is wrong with the answers to a form; nothing: they are complete and valid. How long that takes,
 * and how much memory, whoever wrote the form and whoever filled it in have in their hands: `FormChecks` bounds it.
 */
export type FormCheck = (answers: FormAnswers) => FieldFault[];

const faultsMax = 100;
/** All faults together travel in one message; who filled in the form chose the names in a pointer. */
const pointerCharactersMax = 1_000;
const detailCharactersMax = 1_000;
/** The format `url` is the one whose time grows with the square of the text; an address is never as long. */
const urlCharactersMax = 2_048;
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
  code: { regExp: linearPatterns },
};

/** @throws Error when the schema is none, or names keywords or formats that do not exist */
export function compileSchema(schema: Record<string, unknown>): ValidateFunction {
  const isDraft07 = typeof schema.$schema === 'string' && draft07.test(schema.$schema);
  const ajv = isDraft07 ? new Ajv(options) : new Ajv2020(options);
  addFormats(ajv);
  const { url } = ajv.formats;
  ajv.addFormat('url', (text: string) => text.length <= urlCharactersMax && url instanceof RegExp && url.test(text));
  ajv.removeKeyword('uniqueItems').addKeyword(uniqueItems);
  return ajv.compile(schema);
}

export function compileForm(steps: subscriptions.FormStep[]): FormCheck {
  const validators = new Map(steps.map(({ id, schema }) => [id, compileSchema(schema)]));
  return (answers) => {
    if (JSON.stringify(answers).length > subscriptions.formCharactersMax)
      return [fault(['answers'], `Answers have at most ${subscriptions.formCharactersMax} characters.`)];
    return check(validators, answers).slice(0, faultsMax).map(bounded);
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

const bounded = ({ pointer, detail }: FieldFault): FieldFault => ({
  pointer: pointer.length > pointerCharactersMax ? pointerTo('answers') : pointer,
  detail: detail.length > detailCharactersMax ? `${detail.slice(0, detailCharactersMax).toWellFormed()}…` : detail,
});

const oneOf = (values: unknown): string | undefined =>
  Array.isArray(values) ? `must be one of ${values.map((value) => JSON.stringify(value)).join(', ')}` : undefined;

const sentence = (message = 'is not valid'): string => `${message.charAt(0).toUpperCase()}${message.slice(1)}.`;

const fault = (path: string[], detail: string): FieldFault => ({ pointer: pointerTo(...path), detail });
