import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { EdgeRequest } from '#libs/access';
import { httpStatusOf, notFound, SlipwayError, toProblem, toSlipwayError } from '#libs/errors';
import { newTraceId } from '#libs/messaging';
import type { Logger } from '#libs/observability';

const retryAfterSeconds = 2;

/** Where a standard has an error form of its own: returns the body, or undefined to leave it to problem+json. */
export type ErrorForm = (error: SlipwayError, request: EdgeRequest, reply: FastifyReply) => object | undefined;

/** What Fastify and Nest throw themselves, in our words. */
export function understood(error: unknown): SlipwayError {
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

/** RFC 6750 3: an error code only where a token was presented. */
export const challengeOf = ({ code }: SlipwayError): string => {
  const presented = code === 'invalid_token' || code === 'wrong_environment' || code === 'session_expired';
  return `Bearer realm="slipway"${presented ? ', error="invalid_token"' : ''}`;
};

/** Every error leaves here, once, in the form its reader expects. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(
    private readonly logger: Logger,
    private readonly otherForm: ErrorForm = () => undefined,
  ) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<EdgeRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const error = understood(thrown);
    const traceId = request.traceId ?? newTraceId();
    if (error.category === 'internal') this.logger.error({ err: error.cause ?? error, traceId }, 'request failed');
    if (reply.sent) return;
    if (error.category === 'unavailable') void reply.header('Retry-After', String(retryAfterSeconds));
    if (error.category === 'unauthenticated') void reply.header('WWW-Authenticate', challengeOf(error));
    void reply.status(httpStatusOf(error.category)).header('Cache-Control', 'no-store');
    const body = this.otherForm(error, request, reply);
    if (body) void reply.type('application/json; charset=utf-8').send(JSON.stringify(body));
    else void reply.type('application/problem+json; charset=utf-8').send(JSON.stringify(toProblem(error, traceId)));
  }
}
