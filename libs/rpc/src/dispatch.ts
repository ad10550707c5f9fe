import type { MessageHandler } from '@nestjs/microservices';
import { isObservable, lastValueFrom } from 'rxjs';
import type { Clock } from '#libs/clock';
import { check, type RpcMethod, type Scope } from '#libs/contracts';
import { invalid, SlipwayError, unavailable } from '#libs/errors';
import { authorize } from './authorize';
import type { RpcContext } from './request-context';
import { requireStorable } from './storable';
import { parseEnvelope } from './wire';

/** A method in one scope, and what handles it there. */
export interface Route {
  method: RpcMethod;
  scope: Scope;
  subject: string;
  handler: MessageHandler;
}

/**
 * What stands before every handler, whatever brought the request: what came too late is not begun, the caller's
 * permission and session are checked, the request is compared with its contract.
 *
 * @throws unavailable, invalid_request, what `authorize` throws, and whatever the handler throws
 */
export async function dispatch(
  { method, scope, subject, handler }: Route,
  envelope: unknown,
  payload: unknown,
  clock: Clock,
): Promise<unknown> {
  const context: RpcContext = { ...parseEnvelope(envelope), method, scope, subject };
  if (context.deadline <= clock.now()) throw unavailable(new Error('the deadline has passed'));
  authorize(method, context);
  requireOwnEnvironment(context);
  requireStorable(payload);
  const request = check(method.request, payload);
  if (request.faults) throw invalid(request.faults);
  const result: unknown = await handler(request.data, context);
  return isObservable(result) ? lastValueFrom(result, { defaultValue: undefined }) : result;
}

function requireOwnEnvironment(context: RpcContext): void {
  if (context.caller.kind === 'person' && context.scope !== 'shared' && context.caller.environment !== context.scope) {
    throw new SlipwayError('forbidden', 'This account belongs to another environment.');
  }
}
