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
export const hasField = (schema: Json, answers: Json | undefined, field: string): boolean =>
  pathOfField(schema, answers, field) !== undefined;

/** The names that lead to such a field, as far as the first list. Undefined: there is none. */
export const pathOfField = (schema: Json, answers: Json | undefined, field: string): string[] | undefined =>
  namedPath(schema, schema, field) ?? filledInPath(answers, field);

interface Inside {
  name: string;
  member: unknown;
  /** What of the path leads further into it; undefined: it is what was looked for. */
  rest: string | undefined;
}

/** The members that a path may begin with. */
const membersOf = (value: Json, path: string): Inside[] =>
  Object.keys(value)
    .filter((name) => path === name || path.startsWith(`${name}.`))
    .map((name) => ({ name, member: value[name], rest: path === name ? undefined : path.slice(name.length + 1) }));

/** The first that is there. */
function first<From, Found>(all: From[], find: (one: From) => Found | undefined): Found | undefined {
  for (const one of all) {
    const found = find(one);
    if (found !== undefined) return found;
  }
  return undefined;
}

const behind = (name: string, path: string[] | undefined): string[] | undefined => path && [name, ...path];

function namedPath(root: Json, schema: unknown, path: string | undefined): string[] | undefined {
  if (path === undefined) return [];
  if (!isObject(schema)) return undefined;
  const { properties } = schema;
  const named = isObject(properties) ? membersOf(properties, path) : [];
  return (
    first(named, ({ name, member, rest }) => behind(name, namedPath(root, member, rest))) ??
    first(sameOf(root, schema), (same) => namedPath(root, same, path)) ??
    first(itemsOf(schema), (items) => namedPath(root, items, path) && [])
  );
}

/** What says more of the same value. Definitions refer to no others (`form-schema.ts`), so this comes to an end. */
function sameOf(root: Json, schema: Json): unknown[] {
  const listed = alternatives.flatMap((keyword) => asList(schema[keyword]));
  const named = isObject(schema.dependentSchemas) ? Object.values(schema.dependentSchemas) : [];
  return [...listed, ...named, ...conditions.map((keyword) => schema[keyword]), referred(root, schema.$ref)];
}

const itemsOf = (schema: Json): unknown[] => [schema.items, ...asList(schema.prefixItems)];

function referred(root: Json, reference: unknown): unknown {
  if (typeof reference !== 'string') return undefined;
  const [, container = '', name = ''] = /^#\/(\$defs|definitions)\/([^/]+)$/.exec(reference) ?? [];
  const definitions = root[container];
  return isObject(definitions) ? definitions[name] : undefined;
}

function filledInPath(value: unknown, path: string | undefined): string[] | undefined {
  if (path === undefined) return [];
  if (Array.isArray(value)) return first(value, (item) => filledInPath(item, path) && []);
  if (!isObject(value)) return undefined;
  return first(membersOf(value, path), ({ name, member, rest }) => behind(name, filledInPath(member, rest)));
}

/**
 * The names on the way of a pointer within a step, the numbers of lists' items left out. Undefined: it leads to nothing that
 * the schema names or the answers have.
 */
export const namesAlong = (schema: Json, answers: Json | undefined, segments: string[]): string[] | undefined =>
  namedAlong(schema, schema, segments) ?? filledInAlong(answers, segments);

const itemNumber = /^(?:0|[1-9]\d{0,8})$/;

function namedAlong(root: Json, schema: unknown, [segment, ...rest]: string[]): string[] | undefined {
  if (segment === undefined) return [];
  if (!isObject(schema)) return undefined;
  const { properties } = schema;
  const member = isObject(properties) && Object.hasOwn(properties, segment) ? properties[segment] : undefined;
  const items = itemNumber.test(segment) ? [asList(schema.prefixItems)[Number(segment)], schema.items] : [];
  return (
    behind(segment, member === undefined ? undefined : namedAlong(root, member, rest)) ??
    first(items, (item) => (item === undefined ? undefined : namedAlong(root, item, rest))) ??
    first(sameOf(root, schema), (same) => namedAlong(root, same, [segment, ...rest]))
  );
}

function filledInAlong(value: unknown, [segment, ...rest]: string[]): string[] | undefined {
  if (segment === undefined) return [];
  if (Array.isArray(value))
    return itemNumber.test(segment) && Number(segment) < value.length
      ? filledInAlong(value[Number(segment)], rest)
      : undefined;
  if (!isObject(value) || !Object.hasOwn(value, segment)) return undefined;
  return behind(segment, filledInAlong(value[segment], rest));
}

/** Whether the schema itself names a field, whatever was filled in. */
export const isNamed = (schema: Json, segments: string[]): boolean =>
  namedAlong(schema, schema, segments) !== undefined;

/** Every field that the schema names, as names within one another, a list as one; so many at most. */
export function fieldsOf(schema: Json, max: number): string[][] {
  const found = new Map<string, string[]>();
  collect(schema, schema, [], (path) => {
    found.set(JSON.stringify(path), path);
    return found.size < max;
  });
  return [...found.values()];
}

/** @param take whether there is room for more */
function collect(root: Json, schema: unknown, path: string[], take: (path: string[]) => boolean): boolean {
  if (!isObject(schema)) return true;
  const { properties } = schema;
  const members = isObject(properties) ? Object.entries(properties) : [];
  for (const [name, member] of members) {
    const within = [...path, name];
    const isWhole = !hasMembers(root, member);
    if (isWhole ? !take(within) : !collect(root, member, within, take)) return false;
  }
  return sameOf(root, schema).every((same) => collect(root, same, path, take));
}

/** Whether a value of it has fields of its own. */
const hasMembers = (root: Json, schema: unknown): boolean =>
  isObject(schema) &&
  ((isObject(schema.properties) && Object.keys(schema.properties).length > 0) ||
    sameOf(root, schema).some((same) => hasMembers(root, same)));

const asList = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
