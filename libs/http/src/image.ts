import { applyDecorators, HttpCode } from '@nestjs/common';
import { ApiResponse } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';

/**
 * A picture that somebody has given us, as what we found it to be. Every answer says `nosniff`; this one may do nothing at
 * all either, should somebody open it as a page.
 */
export function sendImage(reply: FastifyReply, { type, data }: { type: string; data: string }): void {
  void reply
    .header('content-security-policy', "default-src 'none'; sandbox")
    .header('cache-control', 'public, max-age=300')
    .type(type)
    .send(Buffer.from(data, 'base64'));
}

const binary = { schema: { type: 'string', format: 'binary' } };

/** Documents what `sendImage` sends. */
export const RespondsWithImage = (types: readonly string[]) =>
  applyDecorators(
    HttpCode(200),
    ApiResponse({
      status: 200,
      description: 'The picture.',
      content: Object.fromEntries(types.map((type) => [type, binary])),
    }),
  );
