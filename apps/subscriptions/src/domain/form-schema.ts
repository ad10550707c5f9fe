import { subscriptions } from '#libs/contracts';
import { patternFault } from './linear-pattern';

const depthMax = 20;
const uniqueItemsMax = 1_000;

/** What would reach beyond the schema itself or change what it means as a whole. */
const refused = [
  '$id',
  '$anchor',
  '$dynamicRef',
  '$dynamicAnchor',
  '$recursiveRef',
  '$recursiveAnchor',
  '$vocabulary',
  '$async',
];
const definitions = ['$defs', 'definitions'];
/** Values, not schemas. */
const plainData = ['const', 'enum', 'default', 'examples'];
/** Their members are named by whoever wrote the form: there `default` is a field, not a keyword. */
const schemasByName = ['properties', 'patternProperties', 'dependentSchemas', 'dependencies', ...definitions];
const ownDefinition = /^#\/(\$defs|definitions)\/[^/]+$/;

/**
 * Why the schema of a form step is refused before it is compiled. Definitions refer to no others: then no schema is
 * without end, and none multiplies itself.
 */
export function schemaFaults(schema: Record<string, unknown>): string[] {
  if (JSON.stringify(schema).length > subscriptions.formSchemaCharactersMax)
    return [`A schema has at most ${subscriptions.formSchemaCharactersMax} characters.`];
  if (schema.type !== undefined && schema.type !== 'object')
    return ['The answers of a step are an object; so is its schema.'];
  return [...new Set(faultsOf(schema, { depth: 0, isDefinition: false }))];
}

interface Place {
  depth: number;
  isDefinition: boolean;
}

function faultsOf(schema: unknown, { depth, isDefinition }: Place): string[] {
  if (depth > depthMax) return [`A schema is at most ${depthMax} levels deep.`];
  if (Array.isArray(schema)) return schema.flatMap((member) => faultsOf(member, { depth: depth + 1, isDefinition }));
  if (!isObject(schema)) return [];
  return Object.entries(schema).flatMap(([keyword, value]) => {
    const below = { depth: depth + 1, isDefinition: isDefinition || (depth === 0 && definitions.includes(keyword)) };
    return [...keywordFaults(keyword, value, schema, isDefinition), ...faultsBelow(keyword, value, below)];
  });
}

function faultsBelow(keyword: string, value: unknown, place: Place): string[] {
  if (plainData.includes(keyword)) return [];
  if (!schemasByName.includes(keyword) || !isObject(value)) return faultsOf(value, place);
  return Object.values(value).flatMap((schema) => faultsOf(schema, { ...place, depth: place.depth + 1 }));
}

function keywordFaults(
  keyword: string,
  value: unknown,
  schema: Record<string, unknown>,
  isDefinition: boolean,
): string[] {
  if (refused.includes(keyword)) return [`${keyword} is not supported.`];
  if (keyword === '$ref' && typeof value === 'string') {
    if (!ownDefinition.test(value)) return ['A $ref names a definition of the same schema, such as #/$defs/address.'];
    if (isDefinition) return ['A definition does not refer to another.'];
  }
  if (keyword === 'uniqueItems' && value === true && !hasFewItems(schema))
    return [`uniqueItems comes with a maxItems of at most ${uniqueItemsMax}.`];
  if (keyword === 'pattern' && typeof value === 'string') return asList(patternFault(value));
  if (keyword === 'patternProperties' && isObject(value)) {
    return Object.keys(value).flatMap((pattern) => asList(patternFault(pattern)));
  }
  return [];
}

/** Each item is compared with the others. */
const hasFewItems = ({ maxItems }: Record<string, unknown>): boolean =>
  typeof maxItems === 'number' && maxItems <= uniqueItemsMax;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const asList = (fault: string | undefined): string[] => (fault === undefined ? [] : [fault]);
