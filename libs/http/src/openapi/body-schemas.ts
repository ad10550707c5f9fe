import { documented, withPlainNull, type JsonSchema } from '../documented';
import { bodyName } from './contract-schemas';
import { fieldsOf, type FieldRule } from '../fields';

type BodyClass = new () => object;

/** A class of fields as a schema. Nest's own reading of it would take `string | null` for a list. */
export function bodySchemaOf(type: BodyClass): JsonSchema {
  const fields = Object.entries(fieldsOf(type));
  const required = fields.filter(([, { rule }]) => !rule.safeParse(undefined).success).map(([name]) => name);
  return {
    type: 'object',
    properties: Object.fromEntries(fields.map(([name, field]) => [name, fieldSchema(field)])),
    ...(required.length > 0 && { required }),
    additionalProperties: false,
  };
}

function fieldSchema({ rule, type, description }: FieldRule): JsonSchema {
  const schema = withPlainNull(documented(rule));
  const described = description ? { description } : {};
  if (!type) return { ...schema, ...described };
  const reference = { $ref: `#/components/schemas/${bodyName(type().name)}` };
  if (schema['type'] !== 'array') return { ...reference, ...described };
  const { minItems, maxItems } = schema;
  return { type: 'array', items: reference, ...(minItems !== undefined && { minItems }), maxItems, ...described };
}
