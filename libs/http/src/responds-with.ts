import { applyDecorators, HttpCode } from '@nestjs/common';
import { ApiResponse } from '@nestjs/swagger';
import type { z } from 'zod';
import { replySchema } from './openapi/contract-schemas';

/** The status of success and its body, documented from the contract by whose reply it is given. */
export const RespondsWith = (status: number, method?: { reply: z.ZodType }) =>
  applyDecorators(
    HttpCode(status),
    ApiResponse({
      status,
      description: 'Success.',
      ...(method && { content: { 'application/json': { schema: replySchema(method.reply) } } }),
    }),
  );
