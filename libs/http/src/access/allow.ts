import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiBearerAuth, ApiHeader, ApiOperation, ApiResponse, ApiSecurity } from '@nestjs/swagger';
import type { ErrorCode, Permission, RpcMethod } from '#libs/contracts';
import { errorsOf } from '../openapi/errors-of';
import { problemResponse } from '../openapi/problem-response';

export const permissionKey = 'slipway:permission';
const methodKey = 'slipway:method';

/** The method that a route passes its request on to. */
export const methodOf = (handler: object): RpcMethod | undefined =>
  Reflect.getMetadata(methodKey, handler) as RpcMethod | undefined;

const words: Record<Permission, string> = {
  anyone: 'No sign-in.',
  person: 'Signed in.',
  developer: 'Role `developer` or `global_admin`.',
  global_admin: 'Role `global_admin`.',
  staff: 'Any staff role.',
  reviewer: 'Staff role `reviewer` or `admin`.',
  admin: 'Staff role `admin`.',
  member: 'Signed in.',
  developer_or_admin: 'Role `developer` or `global_admin` of a partner, `admin` of the staff.',
  service: 'Our own services.',
};

/**
 * Who may call a route: the rules of the method it calls, role and session. The guard reads it before the body is looked at, the
 * OpenAPI document tells it, and the service checks it again.
 *
 * @param refusals which of its errors is given when, where the codes alone do not say it
 * @param operationId where two routes call one method
 */
export const Allow = (method: RpcMethod, summary: string, refusals?: string, operationId = camelCase(method.name)) =>
  applyDecorators(
    SetMetadata(permissionKey, method.allow),
    SetMetadata(methodKey, method),
    ApiOperation({
      summary,
      description: [rulesOf(method), refusals].filter(Boolean).join('\n\n'),
      operationId,
    }),
    method.allow === 'anyone' ? ApiSecurity({}) : ApiBearerAuth('session'),
    ...(method.kind === 'command' ? [ApiHeader(idempotencyKey)] : []),
    ...[...errorsOf(method)].map(([status, codes]) => ApiResponse(problemResponse(status, codes))),
  );

const camelCase = (name: string): string => name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());

const idempotencyKey = {
  name: 'Idempotency-Key',
  required: false,
  description: 'A repetition under the same key is given the same reply, and has no further effect.',
  schema: { type: 'string', minLength: 1, maxLength: 255, examples: ['b6f3c9d0-5b0e-4a39-9a40-2a1d0f6b7c11'] },
} as const;

const rulesOf = ({ allow, recentSignIn }: RpcMethod): string =>
  `${words[allow]}${recentSignIn ? ' Wants a sign-in a few minutes ago at most.' : ''}`;

/**
 * A route for a person's session or the session token of a key: it looks itself which was presented, and whether it is
 * good. The rules of the method hold for a person.
 *
 * @param withToken what differs with a token
 */
export const AllowSessionOrToken = (
  method: RpcMethod,
  operationId: string,
  summary: string,
  withToken = 'then of its subscription alone',
) =>
  applyDecorators(
    SetMetadata(permissionKey, 'anyone' satisfies Permission),
    SetMetadata(methodKey, method),
    ApiOperation({
      summary,
      description: `${words[method.allow]} Or with a session token of a key: ${withToken}.`,
      operationId,
    }),
    ApiBearerAuth('session'),
    ApiBearerAuth('token'),
    ...[...errorsOf(method, ofTokens)].map(([status, codes]) => ApiResponse(problemResponse(status, codes))),
  );

const ofTokens: ErrorCode[] = ['invalid_token', 'wrong_environment', 'address_not_allowed'];

/** A route without sign-in that does more than pass on. Every route declares one of the two, or the guard refuses it. */
export const AllowAnyone = (summary: string) =>
  applyDecorators(
    SetMetadata(permissionKey, 'anyone' satisfies Permission),
    ApiOperation({ summary, description: words.anyone }),
    ApiSecurity({}),
  );
