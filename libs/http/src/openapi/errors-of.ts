import { errorCatalogue, type ErrorCode, type RpcMethod } from '#libs/contracts';
import { httpStatusOf } from '#libs/errors';

const ofEveryRoute: ErrorCode[] = ['invalid_request', 'rate_limited', 'internal', 'unavailable'];
const ofBodies: ErrorCode[] = ['malformed_json', 'payload_too_large', 'unsupported_media_type', 'cross_site'];
const ofCommands: ErrorCode[] = ['idempotency.in_progress', 'idempotency.key_reused', 'idempotency.not_supported'];
const ofSignedIn: ErrorCode[] = ['not_signed_in', 'session_expired', 'account_ambiguous', 'forbidden'];

/**
 * The codes of the errors that a route may give, by status: those of what it is, and those that its method declares.
 *
 * @param more what the route itself adds
 */
export function errorsOf(
  { allow, kind, errors = [], recentSignIn }: RpcMethod,
  more: ErrorCode[] = [],
): Map<number, ErrorCode[]> {
  const codes = [
    ...ofEveryRoute,
    ...(allow === 'anyone' ? [] : ofSignedIn),
    ...(allow === 'staff' || allow === 'reviewer' || allow === 'admin'
      ? (['identity.second_factor_required'] satisfies ErrorCode[])
      : []),
    ...(recentSignIn ? (['identity.sign_in_again'] satisfies ErrorCode[]) : []),
    ...(kind === 'command' ? [...ofBodies, ...ofCommands] : []),
    ...errors,
    ...more,
  ];
  const byStatus = new Map<number, ErrorCode[]>();
  for (const code of new Set(codes)) {
    const status = httpStatusOf(errorCatalogue[code]);
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  return new Map([...byStatus].sort(([a], [b]) => a - b));
}
