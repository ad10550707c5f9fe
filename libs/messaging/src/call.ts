import { randomUUID } from 'node:crypto';
import type { App, Caller, PersonCaller, Scope, StaffCaller } from '#libs/contracts';
import { SlipwayError } from '#libs/errors';

/** What travels with every question beside its payload. */
export interface CallEnvelope {
  caller: Caller;
  /** W3C trace id: 32 hexadecimal digits; in every log line and every problem document of the request. */
  traceId: string;
  /** Milliseconds since 1970. What arrives later is not begun. */
  deadline: number;
  idempotencyKey?: string;
}

/** A question being answered. */
export interface Call extends CallEnvelope {
  scope: Scope;
  subject: string;
}

export const newTraceId = (): string => randomUUID().replaceAll('-', '');

/** The same request, asked by one of our services for itself: it carries nobody's rights and is safe to repeat. */
export const asService = (name: App, call: CallEnvelope): CallEnvelope => ({
  caller: { kind: 'service', name },
  traceId: call.traceId,
  deadline: call.deadline,
});

/** For work that no request asked for: start-up, reactions, timers. */
export const ownCall = (name: App, traceId = newTraceId(), timeoutMs = 5_000): CallEnvelope => ({
  caller: { kind: 'service', name },
  traceId,
  deadline: Date.now() + timeoutMs,
});

/** The contract has let only people in; this tells the compiler. */
export function personOf(call: Call): PersonCaller {
  if (call.caller.kind !== 'person') throw new SlipwayError('forbidden', 'Only a person of a partner may do this.');
  return call.caller;
}

export function staffOf(call: Call): StaffCaller {
  if (call.caller.kind !== 'staff') throw new SlipwayError('forbidden', "Only the provider's staff may do this.");
  return call.caller;
}
