import { applyDecorators, HttpCode } from '@nestjs/common';
import { ApiResponse } from '@nestjs/swagger';
import type { z } from 'zod';
import { documented } from './documented';

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

/** The status of success and its body, documented from the contract the service answers by. */
export const RespondsWith = (status: number, method?: { reply: z.ZodType }) =>
  applyDecorators(
    HttpCode(status),
    ApiResponse({
      status,
      description: 'Success.',
      ...(method && { content: { 'application/json': { schema: documented(method.reply, 'output') } } }),
    }),
    ApiResponse({
      status: 'default' as const,
      description: 'A problem (RFC 9457).',
      content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
    }),
  );
