import type { MessageHandler } from '@nestjs/microservices';
import { isObservable, lastValueFrom } from 'rxjs';
import type { Clock } from '#libs/clock';
import { check, type RpcMethod, type Scope } from '#libs/contracts';
import { invalid, SlipwayError } from '#libs/errors';
import { authorize } from './authorize';
import type { RpcContext } from './request-context';
import { requireStorable } from './storable';
import { NotBegun, parseEnvelope } from './wire';

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
 * @param arrivedAt monotonic milliseconds
 * @throws unavailable, invalid_request, what `authorize` throws, and whatever the handler throws
 */
export async function dispatch(
  { method, scope, subject, handler }: Route,
  envelope: unknown,
  payload: unknown,
  clock: Clock,
  arrivedAt = clock.monotonic(),
): Promise<{ reply: unknown; replayed: boolean }> {
  const context: RpcContext = { ...parseEnvelope(envelope, clock, arrivedAt), method, scope, subject };
  if (context.deadline <= clock.monotonic()) throw new NotBegun(new Error('the deadline has passed'));
  authorize(method, context);
  requireOwnEnvironment(context);
  requireStorable(payload);
  const request = check(method.request, payload);
  if (request.faults) throw invalid(request.faults);
  const result: unknown = await handler(request.data, context);
  const reply: unknown = isObservable(result) ? await lastValueFrom(result, { defaultValue: undefined }) : result;
  return { reply, replayed: context.replayed ?? false };
}

function requireOwnEnvironment(context: RpcContext): void {
  if (context.caller.kind === 'person' && context.scope !== 'shared' && context.caller.environment !== context.scope) {
    throw new SlipwayError('forbidden', 'This account belongs to another environment.');
  }
}
