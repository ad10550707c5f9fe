interface Schema {
  type?: string | string[];
  format?: string;
  enum?: unknown[];
  const?: unknown;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  anyOf?: Schema[];
  oneOf?: Schema[];
  additionalProperties?: boolean | Schema;
  $ref?: string;
}

/** A JSON Schema in lines a person can compare: `items[].phase: "sandbox" | "in_review"`; a `?` marks what may be left out. */
export function shapeOf(schema: Schema | undefined, path = ''): string[] {
  if (!schema) return [];
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices)
    return choices.flatMap((choice, index) => shapeOf(choice, choices.length > 1 ? `${path}|${index + 1}` : path));
  if (schema.properties) {
    const { properties, required = [] } = schema;
    return Object.entries(properties).flatMap(([name, member]) =>
      shapeOf(member, `${path}${path && '.'}${name}${required.includes(name) ? '' : '?'}`),
    );
  }
  if (schema.items) return shapeOf(schema.items, `${path}[]`);
  return [`${path || '(all)'}: ${kindOf(schema)}`];
}

function kindOf({ type, format, enum: values, const: value, additionalProperties, $ref }: Schema): string {
  if ($ref) return $ref.split('/').at(-1) ?? $ref;
  if (value !== undefined) return JSON.stringify(value);
  if (values) return values.map((one) => JSON.stringify(one)).join(' | ');
  const kind = [type ?? 'any'].flat().join(' | ');
  if (kind === 'object' && typeof additionalProperties === 'object') return `map of ${kindOf(additionalProperties)}`;
  return format ? `${kind} (${format})` : kind;
}
