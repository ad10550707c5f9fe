import { createHash } from 'node:crypto';
import { applyDecorators } from '@nestjs/common';
import { ApiResponse } from '@nestjs/swagger';
import type { z } from 'zod';
import type { FastifyReply } from 'fastify';
import { problemResponse, replySchema } from '#libs/http';

/** What the OpenAPI document says of such a route. */
export const DocumentedPublic = (description: string, rule: z.ZodType) =>
  applyDecorators(
    ApiResponse({ status: 200, description, content: { 'application/json': { schema: replySchema(rule) } } }),
    ApiResponse(problemResponse(405, ['method_not_allowed'])),
    ApiResponse(problemResponse(503, ['unavailable'])),
    ApiResponse({ status: 304, description: 'Not changed since the reply with the ETag in `If-None-Match`.' }),
  );

/**
 * What verifiers read before anything else, wherever they run: also pages of other sites (the Fetch standard's CORS), and
 * without credentials. Whoever has it already is not sent it again (RFC 9110 13.1.2).
 */
export function sendPublic<Document extends object>(
  reply: FastifyReply,
  document: Document,
  maxAgeSeconds: number,
): Document | undefined {
  const etag = `"${createHash('sha256').update(JSON.stringify(document)).digest('base64url')}"`;
  void reply.headers({
    etag,
    'cache-control': `public, max-age=${maxAgeSeconds}`,
    'access-control-allow-origin': '*',
    'access-control-expose-headers': 'ETag',
    'cross-origin-resource-policy': 'cross-origin',
  });
  if (!isKnown(etag, reply.request.headers['if-none-match'])) return document;
  void reply.status(304);
  return undefined;
}

/** What pages of other sites are told before they ask with headers of their own; browsers keep it for a day. */
export function sendPreflight(reply: FastifyReply): void {
  void reply.status(204).headers({
    'access-control-allow-origin': '*',
    'access-control-allow-methods': 'GET, HEAD',
    'access-control-allow-headers': '*',
    'access-control-max-age': '86400',
  });
}

/** Compared weakly: a proxy that compresses marks what it has compressed. */
const isKnown = (etag: string, ifNoneMatch = ''): boolean =>
  ifNoneMatch.split(',').some((known) => ['*', etag, `W/${etag}`].includes(known.trim()));
