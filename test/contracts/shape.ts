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
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  minItems?: number;
  maxItems?: number;
  'x-maxCharacters'?: number;
}

/** A JSON Schema in lines a person can compare: `items[].phase: "sandbox" | "in_review"`; a `?` marks what may be left out. */
export function shapeOf(schema: Schema | undefined, path = ''): string[] {
  if (!schema) return [];
  const choices = schema.anyOf ?? schema.oneOf;
  const [value, none] = choices ?? [];
  if (value && none?.type === 'null' && choices?.length === 2 && isPlain(value))
    return [`${path}: ${kindOf(value)} | null`];
  if (choices)
    return choices.flatMap((choice, index) => shapeOf(choice, choices.length > 1 ? `${path}|${index + 1}` : path));
  if (schema.properties) {
    const { properties, required = [] } = schema;
    return Object.entries(properties).flatMap(([name, member]) =>
      shapeOf(member, `${path}${path && '.'}${name}${required.includes(name) ? '' : '?'}`),
    );
  }
  if (schema.items) return shapeOf(schema.items, `${path}[${rangeOf(schema.minItems, schema.maxItems)}]`);
  return [`${path || '(all)'}: ${kindOf(schema)}`];
}

/** Said in one line. */
const isPlain = ({ properties, items, anyOf, oneOf }: Schema): boolean => !properties && !items && !anyOf && !oneOf;

function kindOf(schema: Schema): string {
  const { type, format, enum: values, const: value, additionalProperties, $ref } = schema;
  if ($ref) return $ref.split('/').at(-1) ?? $ref;
  if (value !== undefined) return JSON.stringify(value);
  if (values) return values.map((one) => JSON.stringify(one)).join(' | ');
  const kind = [type ?? 'any'].flat().join(' | ');
  const bounds = boundsOf(schema);
  if (kind === 'object' && typeof additionalProperties === 'object')
    return `map of ${kindOf(additionalProperties)}${bounds}`;
  return format ? `${kind} (${format})${bounds}` : `${kind}${bounds}`;
}

function boundsOf(schema: Schema): string {
  const { minLength, maxLength, minimum, maximum, 'x-maxCharacters': charactersMax } = schema;
  const range = rangeOf(minLength ?? minimum, maxLength ?? maximum ?? charactersMax);
  return range && ` ${range}`;
}

const rangeOf = (least?: number, most?: number): string =>
  least === undefined && most === undefined ? '' : `${least ?? 0}..${most ?? ''}`;
