import type { FastifyReply } from 'fastify';
import type { ErrorCode } from '#libs/contracts';
import type { EdgeRequest } from '#libs/http';
import type { SlipwayError } from '#libs/errors';

const oauthPath = /^\/(?:sandbox|production)\/oauth2\//;
const eqpPath = /^\/(?:sandbox|production)\/rest\//;

/** Of a pair that is right. */
const unauthorized: ErrorCode[] = ['not_eligible', 'api_access_off', 'address_not_allowed'];

/** RFC 6749 5.2. The code beside `error` is ours, and says more. */
const oauthErrorOf = (error: SlipwayError): string => {
  if (error.code === 'unsupported_grant_type') return 'unsupported_grant_type';
  if (unauthorized.includes(error.code)) return 'unauthorized_client';
  if (error.category === 'unauthenticated') return 'invalid_client';
  if (error.category === 'unavailable' || error.category === 'rate_limited') return 'temporarily_unavailable';
  return error.category === 'internal' ? 'server_error' : 'invalid_request';
};

/** RFC 6749 5.2: what `error_description` may hold. */
const described = (message: string): string => message.replace(/[^\x20\x21\x23-\x5b\x5d-\x7e]/g, '?');

/** Errors of the token endpoints: OAuth's form, and EQP's. */
export function tokenErrorForm(error: SlipwayError, request: EdgeRequest, reply: FastifyReply): object | undefined {
  const route = request.routeOptions?.url ?? '';
  if (oauthPath.test(route) || eqpPath.test(route)) void reply.header('Pragma', 'no-cache');
  if (oauthPath.test(route)) {
    const name = oauthErrorOf(error);
    if (name === 'unauthorized_client' || error.category === 'unsupported') void reply.status(400);
    if (error.category === 'unauthenticated') void reply.header('WWW-Authenticate', 'Basic realm="slipway"');
    return { error: name, error_description: described(error.message), code: error.code, ...error.detail };
  }
  if (eqpPath.test(route)) {
    if (error.category === 'unauthenticated') void reply.header('WWW-Authenticate', 'Basic realm="slipway"');
    return { code: error.code, message: error.message, ...error.detail };
  }
  return undefined;
}
