import { headers, type Msg, type MsgHdrs } from '@nats-io/transport-node';
import { z } from 'zod';
import { caller, callerSession, errorCatalogue, fields, type ErrorCode } from '#libs/contracts';
import type { Clock } from '#libs/clock';
import { httpStatusOf, SlipwayError, toSlipwayError, unavailable, type FieldFault } from '#libs/errors';
import type { RequestContext } from './request-context';

const contextHeader = 'Slipway-Context';
const errorCodeHeader = 'Nats-Service-Error-Code';
const errorHeader = 'Nats-Service-Error';
export const batchHeader = 'Slipway-Batch';

/**
 * What crosses is the time that is left, not a moment: machines do not agree on what time it is (docs/adr/0026).
 * `deadline` (milliseconds since 1970) is for copies of the release before, and from them.
 */
const envelope = z.object({
  caller,
  session: callerSession.optional(),
  traceId: fields.written(64),
  timeoutMs: fields.milliseconds().optional(),
  deadline: fields.milliseconds().optional(),
  idempotencyKey: z.string().max(255).optional(),
  address: z.string().max(64).optional(),
});

type Envelope = Omit<RequestContext, 'deadline'> & { timeoutMs?: number; deadline?: number };

/** @param arrivedAt monotonic milliseconds of this process */
export function parseEnvelope(value: unknown, clock: Clock, arrivedAt: number): RequestContext {
  const { timeoutMs, deadline: moment, ...context } = envelope.parse(value);
  const leftMs = moment === undefined ? 0 : moment - clock.now();
  const deadline = timeoutMs === undefined ? clock.monotonic() + leftMs : arrivedAt + timeoutMs;
  return { ...context, deadline };
}

export function contextHeaders(context: RequestContext, clock: Clock): MsgHdrs {
  const result = headers();
  result.set(contextHeader, JSON.stringify(envelopeOf(context, clock)));
  return result;
}

/** As it leaves now. A `RpcContext` has more members than the envelope; only these travel. */
export function envelopeOf(
  { caller, session, traceId, deadline, idempotencyKey, address }: RequestContext,
  clock: Clock,
): Envelope {
  const timeoutMs = Math.max(0, Math.floor(deadline - clock.monotonic()));
  return { caller, session, traceId, timeoutMs, deadline: clock.now() + timeoutMs, idempotencyKey, address };
}

/** Nothing has been done, as it came too late or what it needs did: it may be called again, whatever it is. */
export class NotBegun extends SlipwayError {
  constructor(cause?: unknown) {
    const { code, message } = unavailable();
    super(code, message, { cause });
  }
}

/** The envelope of a message that travels alone, not yet checked. */
export const contextFrom = (message: Msg): unknown => JSON.parse(message.headers?.get(contextHeader) ?? 'null');

/** An error as it crosses the broker: what is meant for the caller, and nothing else. */
export interface WireError {
  code: ErrorCode;
  message: string;
  fields: FieldFault[];
  detail: Record<string, unknown>;
  retryAfterSeconds?: number;
  /** Nothing has been done of it. */
  notBegun?: true;
}

export const toWire = (error: SlipwayError): WireError => ({
  code: error.code,
  message: error.message,
  fields: error.fields,
  detail: error.detail,
  retryAfterSeconds: error.retryAfterSeconds,
  ...(error instanceof NotBegun && { notBegun: true }),
});

/** What is no error of ours, or one that this process does not know yet, is one on our side. */
export function fromWire(wire: unknown): SlipwayError {
  const { code, message = '', fields, detail, retryAfterSeconds, notBegun } = (wire ?? {}) as Partial<WireError>;
  if (notBegun) return new NotBegun();
  if (code === undefined || !Object.hasOwn(errorCatalogue, code))
    return toSlipwayError(new Error(`an error with code ${String(code)}`));
  return new SlipwayError(code, message, { fields, detail, retryAfterSeconds });
}

/** NATS ADR-32: a failure shows in the headers, before the body is parsed. */
export function errorHeaders(error: SlipwayError): MsgHdrs {
  const result = headers();
  result.set(errorCodeHeader, String(httpStatusOf(error.category)));
  result.set(errorHeader, error.code);
  return result;
}

const replayedHeader = 'Slipway-Replayed';
/** A reply from the record: another copy may be about to give the first one, which alone shows a secret. */
export const replayedHeaders = headers();
replayedHeaders.set(replayedHeader, '1');
export const isReplayed = (message: Msg): boolean => message.headers?.has(replayedHeader) ?? false;

export const isFailure = (message: Msg): boolean => message.headers?.has(errorHeader) ?? false;

export type BatchRequestItem = [id: number, context: Envelope, request: unknown];
export type BatchReplyItem = [id: number, ok: 1, reply: unknown] | [id: number, ok: 0, error: WireError];

/**
 * What is no batch holds no items; whoever sent it, or waits for it, does so until the deadline. Must not throw: the
 * client reads nothing more from a connection on which a callback has thrown, and says so to nobody.
 */
export function batchItems<Item extends unknown[]>(message: Msg): Item[] {
  try {
    const items: unknown = message.json();
    return Array.isArray(items)
      ? items.filter((item): item is Item => Array.isArray(item) && Number.isSafeInteger(item[0]))
      : [];
  } catch {
    return [];
  }
}
