import { headers, type Msg, type MsgHdrs } from '@nats-io/transport-node';
import { z } from 'zod';
import { caller, callerSession, errorCatalogue, fields, type ErrorCode } from '#libs/contracts';
import { httpStatusOf, SlipwayError, toSlipwayError, type FieldFault } from '#libs/errors';
import type { RequestContext } from './request-context';

const contextHeader = 'Slipway-Context';
const errorCodeHeader = 'Nats-Service-Error-Code';
const errorHeader = 'Nats-Service-Error';
export const batchHeader = 'Slipway-Batch';

const envelope = z.object({
  caller,
  session: callerSession.optional(),
  traceId: fields.written(64),
  deadline: fields.milliseconds(),
  idempotencyKey: z.string().max(255).optional(),
  address: z.string().max(64).optional(),
});

export const parseEnvelope = (value: unknown): RequestContext => envelope.parse(value);

export function contextHeaders(context: RequestContext): MsgHdrs {
  const result = headers();
  result.set(contextHeader, JSON.stringify(pickEnvelope(context)));
  return result;
}

/** A `RpcContext` has more members than the envelope; only these travel. */
export const pickEnvelope = ({
  caller,
  session,
  traceId,
  deadline,
  idempotencyKey,
  address,
}: RequestContext): RequestContext => ({
  caller,
  session,
  traceId,
  deadline,
  idempotencyKey,
  address,
});

/** The envelope of a message that travels alone, not yet checked. */
export const contextFrom = (message: Msg): unknown => JSON.parse(message.headers?.get(contextHeader) ?? 'null');

/** An error as it crosses the broker: what is meant for the caller, and nothing else. */
export interface WireError {
  code: ErrorCode;
  message: string;
  fields: FieldFault[];
  detail: Record<string, unknown>;
  retryAfterSeconds?: number;
}

export const toWire = ({ code, message, fields, detail, retryAfterSeconds }: SlipwayError): WireError => ({
  code,
  message,
  fields,
  detail,
  retryAfterSeconds,
});

/** What is no error of ours, or one that this process does not know yet, is one on our side. */
export function fromWire(wire: unknown): SlipwayError {
  const { code, message = '', fields, detail, retryAfterSeconds } = (wire ?? {}) as Partial<WireError>;
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

export const isFailure = (message: Msg): boolean => message.headers?.has(errorHeader) ?? false;

export type BatchRequestItem = [id: number, context: RequestContext, request: unknown];
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
