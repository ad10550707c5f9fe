import { HttpException } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { httpStatusOf, notFound, SlipwayError, toProblem, toSlipwayError } from '#libs/errors';
import type { Logger } from '#libs/observability';
import { newTraceId } from '#libs/rpc';
import type { EdgeRequest } from './access/caller.guard';

const retryAfterSeconds = 2;

export const problemType = 'application/problem+json; charset=utf-8';

/** Where a standard has an error form of its own: returns the body, or undefined to leave it to problem+json. */
export type ErrorForm = (error: SlipwayError, request: EdgeRequest, reply: FastifyReply) => object | undefined;

const refusals = new WeakSet<FastifyReply>();

/** Whether it is an edge that refuses, not whoever is behind it. */
export const isRefusal = (reply: FastifyReply): boolean => refusals.has(reply);

/** Every error leaves an edge here, once, in the form its reader expects. */
export function sendProblem(reply: FastifyReply, thrown: unknown, logger: Logger, otherForm?: ErrorForm): void {
  const request = reply.request as EdgeRequest;
  const error = fromFrameworkError(thrown);
  // What the router cannot read has come past no hook that would have given it one.
  const traceId = request.traceId ?? newTraceId();
  if (error.category === 'internal') logger.error({ err: error.cause ?? error, traceId }, 'request failed');
  if (reply.sent) return;
  refusals.add(reply);
  void reply.status(httpStatusOf(error.category)).headers(headersOf(error));
  if (isToBeRepeated(error) && !reply.hasHeader('retry-after')) {
    void reply.header('retry-after', String(error.retryAfterSeconds ?? retryAfterSeconds));
  }
  const body = otherForm?.(error, request, reply);
  if (body) void reply.type('application/json; charset=utf-8').send(JSON.stringify(body));
  else void reply.type(problemType).send(JSON.stringify(toProblem(error, traceId)));
}

/** Whoever limits may know better when; then it has said so. */
const isToBeRepeated = ({ category }: SlipwayError): boolean =>
  category === 'unavailable' || category === 'rate_limited';

const headersOf = (error: SlipwayError): Record<string, string> => ({
  'cache-control': 'no-store',
  ...(error.category === 'unauthenticated' && { 'www-authenticate': challengeOf(error) }),
});

/** RFC 6750 3: an error code only where a token was presented. */
function challengeOf({ code }: SlipwayError): string {
  const presented = code === 'invalid_token' || code === 'wrong_environment' || code === 'session_expired';
  return `Bearer realm="slipway"${presented ? ', error="invalid_token"' : ''}`;
}

/** What Fastify and Nest throw themselves, in our words. */
function fromFrameworkError(error: unknown): SlipwayError {
  switch (statusOf(error)) {
    case 400:
      return new SlipwayError('malformed_json', 'The body is not valid JSON.');
    case 404:
      return notFound();
    case 413:
      return new SlipwayError('payload_too_large', 'The body is too large.');
    case 415:
      return new SlipwayError('unsupported_media_type', 'Send the body as application/json.');
    case 429:
      return new SlipwayError('rate_limited', 'Too many requests. Slow down.');
    default:
      return toSlipwayError(error);
  }
}

function statusOf(error: unknown): number | undefined {
  if (error instanceof HttpException) return error.getStatus();
  if (error instanceof SyntaxError) return 400;
  return (error as { statusCode?: number } | undefined)?.statusCode;
}
