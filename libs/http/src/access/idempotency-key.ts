import type { FastifyRequest } from 'fastify';
import { SlipwayError } from '#libs/errors';

/** A structured-field string, or the same without quotes, as most clients send it. */
const form = /^(?:"([\x20\x21\x23-\x5b\x5d-\x7e]{1,255})"|([\x21\x23-\x7e]{1,255}))$/;

/** draft-ietf-httpapi-idempotency-key-header. Reads need none. */
export function idempotencyKeyOf({ method, headers }: FastifyRequest): string | undefined {
  const value = headers['idempotency-key'];
  if (value === undefined || method === 'GET') return undefined;
  const match = typeof value === 'string' ? form.exec(value) : null;
  if (match) return match[1] ?? match[2];
  throw new SlipwayError('invalid_request', 'The Idempotency-Key header is not valid.', {
    fields: [{ pointer: '', detail: 'Idempotency-Key: 1 to 255 printable ASCII characters.' }],
  });
}

/** Where a repetition must not be answered from a record, because the answer is a secret. */
export function refuseIdempotencyKey({ headers }: FastifyRequest): void {
  if (headers['idempotency-key'] === undefined) return;
  throw new SlipwayError(
    'idempotency.not_supported',
    'Idempotency-Key is not supported here: each call gives a new secret.',
  );
}
