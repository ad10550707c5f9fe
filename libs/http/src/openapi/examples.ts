type Schema = Record<string, unknown>;

/** Words that mean something; everything else is made up by type. */
const byName: Record<string, unknown> = {
  name: 'Integration',
  organisation: 'Contoso',
  displayName: 'Ada Lovelace',
  username: 'ada',
  email: 'ada@contoso.example',
  domain: 'contoso.example',
  programme: 'csp',
  type: 'direct_bill',
  slug: 'orders',
  password: 'seven blue horses at noon',
  current: 'seven blue horses at noon',
  new: 'nine green horses at dusk',
  description: 'Orders and their lines.',
  title: 'Your company',
  text: 'Switch on API access to make keys.',
  notes: 'Handle the rate limit, please.',
  note: 'Name the company as it is registered.',
  field: 'company.name',
  stepId: 'company',
  reference: 'INV-2026-0042',
  confirm: 'Integration',
  applicationId: 'app_sbx_0k3v9d2m7q4r8t1w5x6y0z',
  currency: 'EUR',
  code: '123456',
  amountMinor: 4_900,
  number: 1,
  version: 1,
  formVersion: 1,
  policyVersion: '1',
  tokenUrl: 'https://api.contoso.example/sandbox/oauth2/token',
  expiresIn: 7_200,
  cursor: 'MDE5N2M0ZTAtN2IxYy03ZDJlLThmM2EtNGI1YzZkN2U4Zjkw',
  nextCursor: 'MDE5N2M0ZTAtN2IxYy03ZDJlLThmM2EtNGI1YzZkN2U4Zjkw',
};

const byFormat: Record<string, unknown> = {
  uuid: '0197c4e0-7b1c-7d2e-8f3a-4b5c6d7e8f90',
  'date-time': '2026-11-22T09:30:00.000Z',
  email: 'ada@contoso.example',
  uri: 'https://api.contoso.example/',
  date: '2026-12-25',
  'time-zone': 'Europe/Vienna',
  language: 'de-AT',
  base64: 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mMQCVjwHwADhAIEh18j2QAAAABJRU5ErkJggg==',
};

/** A document with an example on every field that holds a plain value: of a schema, and of a parameter. */
export function withExamples(part: unknown, name = ''): unknown {
  if (Array.isArray(part)) return part.map((item) => withExamples(item, name));
  if (typeof part !== 'object' || part === null) return part;
  const schema = Object.fromEntries(
    Object.entries(part).map(([key, value]) => [
      key,
      key === 'properties' ? ofProperties(value as Record<string, Schema>) : withExamples(value, name),
    ]),
  );
  const isParameter = 'in' in schema && 'schema' in schema;
  return isParameter ? { ...schema, schema: withExample(schema['schema'] as Schema, String(schema['name'])) } : schema;
}

const ofProperties = (properties: Record<string, Schema>): Record<string, Schema> =>
  Object.fromEntries(
    Object.entries(properties).map(([name, schema]) => [name, withExample(withExamples(schema, name) as Schema, name)]),
  );

function withExample(schema: Schema, name: string): Schema {
  if (schema['$ref'] !== undefined || schema['examples'] !== undefined) return schema;
  const example = exampleOf(schema, name);
  return example === undefined ? schema : { ...schema, examples: [example] };
}

/** Undefined for what is an object, or a reference to one. */
export function exampleOf(schema: Schema, name: string): unknown {
  if ('const' in schema) return schema['const'];
  if (Array.isArray(schema['enum'])) return schema['enum'][0];
  for (const choice of ['anyOf', 'oneOf']) {
    const [first] = (schema[choice] ?? []) as Schema[];
    if (first) return exampleOf(first, name);
  }
  const type = Array.isArray(schema['type']) ? (schema['type'] as string[])[0] : schema['type'];
  switch (type) {
    case 'boolean':
      return true;
    case 'integer':
    case 'number':
      return numberOf(schema, name);
    case 'string':
      return textOf(schema, name);
    case 'array': {
      const item = exampleOf((schema['items'] ?? {}) as Schema, name);
      return item === undefined ? undefined : [item];
    }
    default:
      return undefined;
  }
}

function numberOf({ minimum, maximum }: Schema, name: string): number {
  const meant = byName[name];
  const wanted = typeof meant === 'number' ? meant : 1;
  return Math.min(Math.max(wanted, Number(minimum ?? 0)), Number(maximum ?? Infinity));
}

function textOf({ format, pattern, minLength, maxLength }: Schema, name: string): string | undefined {
  const meant = byName[name];
  const candidates = [byFormat[String(format)], meant, 'example', 'a'.repeat(Number(minLength ?? 1))];
  return candidates.find(
    (text): text is string =>
      typeof text === 'string' &&
      text.length >= Number(minLength ?? 0) &&
      text.length <= Number(maxLength ?? Infinity) &&
      (pattern === undefined || new RegExp(String(pattern), 'u').test(text)),
  );
}
