import { z } from 'zod';

export type JsonSchema = Record<string, unknown>;

/** `format` says it; the pattern would stand a hundred times in the document. */
export function withoutPattern({ jsonSchema }: { jsonSchema: JsonSchema }): void {
  if (jsonSchema['format'] === 'uuid' || jsonSchema['format'] === 'date-time') delete jsonSchema['pattern'];
}

/** A rule of a contract as the OpenAPI document shows it. */
export function documented(rule: z.ZodType, io: 'input' | 'output' = 'input'): JsonSchema {
  const { $schema, ...schema } = z.toJSONSchema(rule, {
    io,
    override: withoutPattern,
  }) as JsonSchema;
  void $schema;
  return schema;
}

/** `string | null` in one line, instead of a choice of two schemas. */
export function withPlainNull({ anyOf, ...schema }: JsonSchema): JsonSchema {
  const [value, none, ...others] = (anyOf ?? []) as JsonSchema[];
  if (!value || none?.['type'] !== 'null' || others.length > 0) return anyOf ? { anyOf, ...schema } : schema;
  return { ...value, ...schema, type: [value['type'], 'null'] };
}
