import { errorCatalogue, type ErrorCode } from '#libs/contracts';
import type { Category } from './category';

/** A field at fault: a JSON pointer (RFC 6901) into the request body and what is wrong there. */
export interface FieldFault {
  pointer: string;
  detail: string;
}

/** Public members beside `code` and `detail`, such as `reasons` or `phase` (RFC 9457, extension members). */
export type Detail = Record<string, unknown>;

interface SlipwayErrorOptions {
  fields?: FieldFault[];
  detail?: Detail;
  /** When it may be tried again, where somebody knows. */
  retryAfterSeconds?: number;
  cause?: unknown;
}

/**
 * The one error of the system. `message`, `fields` and `detail` are for whoever asked; `cause` stays in our log.
 */
export class SlipwayError extends Error {
  readonly category: Category;
  readonly fields: FieldFault[];
  readonly detail: Detail;
  readonly retryAfterSeconds: number | undefined;

  constructor(
    readonly code: ErrorCode,
    message: string,
    options: SlipwayErrorOptions = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'SlipwayError';
    this.category = errorCatalogue[code];
    this.fields = options.fields ?? [];
    this.detail = options.detail ?? {};
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}

/** Throws; typed `never` so that a guard reads as one line. */
export function fail(code: ErrorCode, message: string, detail?: Detail): never {
  throw new SlipwayError(code, message, { detail });
}

/** A request whose fields are at fault. */
export const invalid = (fields: FieldFault[], message = 'The request is not valid.') =>
  new SlipwayError('invalid_request', message, { fields });

/** The same words for what is missing and for what belongs to somebody else, so neither can be told apart. */
export const notFound = () => new SlipwayError('not_found', 'There is no such resource.');

export const unavailable = (cause?: unknown) =>
  new SlipwayError('unavailable', 'The service is not available right now. Try again shortly.', { cause });

/** What is not meant for the caller becomes one generic failure. */
export function toSlipwayError(error: unknown): SlipwayError {
  if (error instanceof SlipwayError) return error;
  return new SlipwayError('internal', 'Something went wrong on our side.', { cause: error });
}
