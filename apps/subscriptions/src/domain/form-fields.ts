type Json = Record<string, unknown>;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Where a schema says more of the same value. */
const alternatives = ['allOf', 'anyOf', 'oneOf'];
const conditions = ['if', 'then', 'else'];

/**
 * Whether a step has a field: its schema names it, or its answers do, which may have what the schema leaves open.
 *
 * @param field a name, or several of one within the other: `address.street`; a list's items are passed through. A name may
 *   have dots of its own, so that `x.y` is also the field of that name
 */
export function hasField(schema: Json, answers: Json | undefined, field: string): boolean {
  return isNamed(schema, schema, field) || isFilledIn(answers, field);
}

interface Inside {
  member: unknown;
  /** What of the path leads further into it; undefined: it is what was looked for. */
  rest: string | undefined;
}

/** The members that a path may begin with. */
const membersOf = (value: Json, path: string): Inside[] =>
  Object.keys(value)
    .filter((name) => path === name || path.startsWith(`${name}.`))
    .map((name) => ({ member: value[name], rest: path === name ? undefined : path.slice(name.length + 1) }));

function isNamed(root: Json, schema: unknown, path: string | undefined): boolean {
  if (path === undefined) return true;
  if (!isObject(schema)) return false;
  const { properties } = schema;
  const named = isObject(properties) ? membersOf(properties, path) : [];
  if (named.some(({ member, rest }) => isNamed(root, member, rest))) return true;
  return furtherOf(root, schema).some((further) => isNamed(root, further, path));
}

/** Definitions refer to no others (`form-schema.ts`), so this comes to an end. */
function furtherOf(root: Json, schema: Json): unknown[] {
  const listed = alternatives.flatMap((keyword) => asList(schema[keyword]));
  const named = isObject(schema.dependentSchemas) ? Object.values(schema.dependentSchemas) : [];
  const items = [schema.items, ...asList(schema.prefixItems)];
  return [...listed, ...named, ...items, ...conditions.map((keyword) => schema[keyword]), referred(root, schema.$ref)];
}

function referred(root: Json, reference: unknown): unknown {
  if (typeof reference !== 'string') return undefined;
  const [, container = '', name = ''] = /^#\/(\$defs|definitions)\/([^/]+)$/.exec(reference) ?? [];
  const definitions = root[container];
  return isObject(definitions) ? definitions[name] : undefined;
}

function isFilledIn(value: unknown, path: string | undefined): boolean {
  if (path === undefined) return true;
  if (Array.isArray(value)) return value.some((item) => isFilledIn(item, path));
  return isObject(value) && membersOf(value, path).some(({ member, rest }) => isFilledIn(member, rest));
}

const asList = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
