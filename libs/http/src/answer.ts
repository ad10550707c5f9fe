import { applyDecorators, HttpCode } from '@nestjs/common';
import { ApiResponse } from '@nestjs/swagger';
import { z } from 'zod';

/** Stands once in each document, under this name. */
export const problemSchema = {
  type: 'object',
  required: ['type', 'title', 'status', 'detail', 'code', 'traceId'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    code: { type: 'string', description: 'Stable; clients may switch on it.' },
    traceId: { type: 'string' },
    errors: {
      type: 'array',
      items: { type: 'object', properties: { pointer: { type: 'string' }, detail: { type: 'string' } } },
    },
  },
};

type Schema = Record<string, unknown>;

const schemaOf = (reply: z.ZodType): Schema => {
  const { $schema, ...schema } = z.toJSONSchema(reply, {
    io: 'output',
    // `format: uuid` says it; the pattern would stand a hundred times in the document.
    override: ({ jsonSchema }) => {
      if (jsonSchema.format === 'uuid') delete jsonSchema.pattern;
    },
  }) as Schema;
  void $schema;
  return schema;
};

/** The status of success and its body, documented from the contract the service answers by. */
export const Answer = (status: number, question?: { reply: z.ZodType }) =>
  applyDecorators(
    HttpCode(status),
    ApiResponse({
      status,
      description: 'Success.',
      ...(question && { content: { 'application/json': { schema: schemaOf(question.reply) } } }),
    }),
    ApiResponse({
      status: 'default' as const,
      description: 'A problem (RFC 9457).',
      content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
    }),
  );
