import type { AnySchemaObject, FuncKeywordDefinition, SchemaValidateFunction } from 'ajv';

/** Ajv's own compares each item with every other, and goes on where there are more than `maxItems`. */
const validate: SchemaValidateFunction = (wanted: boolean, items: unknown[], schema?: AnySchemaObject) => {
  const { maxItems = Infinity } = schema as { maxItems?: number };
  if (!wanted || items.length > maxItems) return true;
  const seen = new Map<string, number>();
  for (const [index, item] of items.entries()) {
    const text = canonical(item);
    const earlier = seen.get(text);
    if (earlier !== undefined) return duplicate(earlier, index);
    seen.set(text, index);
  }
  return true;
};

export const uniqueItems: FuncKeywordDefinition = {
  keyword: 'uniqueItems',
  type: 'array',
  schemaType: 'boolean',
  validate,
};

function duplicate(i: number, j: number): false {
  const message = `must NOT have duplicate items (items ## ${i} and ${j} are identical)`;
  validate.errors = [{ keyword: 'uniqueItems', params: { i, j }, message }];
  return false;
}

/** The same text for the same value, whatever the order of its members. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_name, member: unknown) =>
    typeof member !== 'object' || member === null || Array.isArray(member)
      ? member
      : Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1))),
  );
