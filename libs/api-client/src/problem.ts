export interface FieldProblem {
  /** A JSON pointer into the body that was sent. */
  pointer: string;
  detail: string;
}

interface ProblemDocument {
  code: string;
  status: number;
  detail: string;
  traceId?: string;
  errors?: FieldProblem[];
  reasons?: string[];
}

/** Whatever an API did not do, as RFC 9457 problem details tell it. Screens switch on `code`, never on the words. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly code: string;
  readonly status: number;
  readonly traceId: string | undefined;
  readonly fields: readonly FieldProblem[];
  readonly reasons: readonly string[];
  /** Seconds until it is worth trying again, where the API has said so. */
  readonly retryAfterSeconds: number | undefined;
  readonly at = new Date();

  constructor(
    document: ProblemDocument,
    /** The method and path that were called. */
    readonly call: string,
    retryAfterSeconds?: number,
  ) {
    super(document.detail);
    this.code = document.code;
    this.status = document.status;
    this.traceId = document.traceId;
    this.fields = document.errors ?? [];
    this.reasons = document.reasons ?? [];
    this.retryAfterSeconds = retryAfterSeconds;
  }

  /** For whoever helps: what can be looked up, and nothing of what was sent or shown. */
  get details(): Record<string, unknown> {
    const { code, status, traceId, call, at } = this;
    return { code, status, traceId, call, at: at.toISOString() };
  }

  static unreachable(call: string): Problem {
    return new Problem({ code: 'unreachable', status: 0, detail: 'The network did not reply.' }, call);
  }

  static ofResponse(response: Response, body: unknown, call: string): Problem {
    const retryAfter = Number(response.headers.get('retry-after') ?? NaN);
    const seconds = Number.isFinite(retryAfter) ? retryAfter : undefined;
    if (isProblemDocument(body)) return new Problem(body, call, seconds);
    // A proxy in front has replied in the place of ours.
    return new Problem({ code: 'unavailable', status: response.status, detail: response.statusText }, call, seconds);
  }
}

const isProblemDocument = (body: unknown): body is ProblemDocument =>
  typeof body === 'object' && body !== null && 'code' in body && 'detail' in body;
