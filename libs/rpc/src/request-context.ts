import { randomUUID } from 'node:crypto';
import type { App, Caller, CallerSession, PersonCaller, RpcMethod, Scope, StaffCaller } from '#libs/contracts';
import { SlipwayError } from '#libs/errors';

/** What travels with every call beside its payload. */
export interface RequestContext {
  caller: Caller;
  /** Of a person or of staff: the session that they are signed in by. */
  session?: CallerSession;
  /** W3C trace id: 32 hexadecimal digits; in every log line and every problem document of the request. */
  traceId: string;
  /** On the monotonic clock of this process, milliseconds; the time that is left is what travels. What is later is not begun. */
  deadline: number;
  idempotencyKey?: string;
  /** Whence the request came: the address of whoever asked the edge. */
  address?: string;
}

/** A call being handled. */
export interface RpcContext extends RequestContext {
  /** As the contract has it. */
  method: RpcMethod;
  scope: Scope;
  subject: string;
  /** Said by whoever answers from the record of a first with the same Idempotency-Key. */
  replayed?: boolean;
}

export const newTraceId = (): string => randomUUID().replaceAll('-', '');

/** Which session the caller has; nothing but an edge that has read one calls as somebody. @throws session_expired */
export function sessionOf({ session }: RequestContext): CallerSession {
  if (!session) throw new SlipwayError('session_expired', 'This session is not valid, or has ended. Sign in again.');
  return session;
}

/** The same request, made by one of our services for itself: it carries nobody's rights and is safe to repeat. */
export const asService = (name: App, context: RequestContext): RequestContext => ({
  caller: { kind: 'service', name },
  traceId: context.traceId,
  deadline: context.deadline,
  address: context.address,
});

/** The call goes on as whoever it has just proved to be. What nobody in particular sent to repeat it does not hold for them. */
export const asSignedIn = (caller: PersonCaller | StaffCaller, context: RpcContext): RpcContext => ({
  ...context,
  caller,
  session: undefined,
  idempotencyKey: undefined,
});

/** The contract has let only people in; this tells the compiler. */
export function personOf(context: RpcContext): PersonCaller {
  if (context.caller.kind !== 'person') throw new SlipwayError('forbidden', 'Only a person of a partner may do this.');
  return context.caller;
}

export function staffOf(context: RpcContext): StaffCaller {
  if (context.caller.kind !== 'staff') throw new SlipwayError('forbidden', "Only the provider's staff may do this.");
  return context.caller;
}
