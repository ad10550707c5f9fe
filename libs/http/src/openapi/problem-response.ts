import type { ApiResponseOptions } from '@nestjs/swagger';
import type { ErrorCode } from '#libs/contracts';

/** The errors of one status that a route may give. */
export const problemResponse = (status: number, codes: ErrorCode[]): ApiResponseOptions => ({
  status,
  description: codes.map((code) => `\`${code}\``).join(', '),
  content: {
    'application/problem+json': {
      schema: {
        allOf: [
          { $ref: '#/components/schemas/Problem' },
          { type: 'object', properties: { code: { type: 'string', enum: codes } } },
        ],
      },
    },
  },
  ...((status === 429 || status === 503) && { headers: { 'Retry-After': retryAfter } }),
});

const retryAfter = { description: 'Seconds to wait.', schema: { type: 'integer' as const } };
