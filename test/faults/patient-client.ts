import { randomUUID } from 'node:crypto';
import { Api, type ApiReply, type CallOptions } from '#libs/testing';

const giveUpMs = 180_000;
const pauseMs = 150;

const isTemporary = ({ status, body }: ApiReply): boolean =>
  status >= 500 || status === 429 || (status === 409 && body.code === 'idempotency.in_progress');

/** Why there is no reply, as far as the connection says. */
function reasonOf(error: unknown): string {
  const { message, cause } = error as Error & { cause?: { code?: string; message?: string } };
  return `${message} (${cause?.code ?? ''} ${cause?.message ?? ''})`;
}

/** What has been called; one may be kept for many clients. */
export class Calls {
  count = 0;
  /** What was not answered, or not for good, and so was sent again. */
  readonly failures: string[] = [];
}

export interface ClientOptions {
  calls?: Calls;
  /** Whether replies are held to the OpenAPI document: not where copies of two releases reply. */
  isDocumented?: boolean;
}

/**
 * A client as it should be: every write carries an Idempotency-Key of its own and is sent again, as it was, until it
 * is known to have happened. What has failed for good is an error.
 */
export class PatientClient {
  private readonly api: Api;
  private readonly calls: Calls;

  constructor(baseUrl: string, { calls = new Calls(), isDocumented = true }: ClientOptions = {}) {
    this.api = new Api(baseUrl, isDocumented);
    this.calls = calls;
  }

  get = (path: string, options: CallOptions = {}) => this.untilKnown('GET', path, options);

  write = (method: 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, options: CallOptions = {}) =>
    this.untilKnown(method, path, { ...options, headers: { 'idempotency-key': randomUUID(), ...options.headers } });

  /** Where each call gives a new secret, and an Idempotency-Key is refused. */
  obtain = (path: string, options: CallOptions = {}) => this.untilKnown('POST', path, options);

  private async untilKnown(method: string, path: string, options: CallOptions): Promise<ApiReply> {
    const deadline = Date.now() + giveUpMs;
    for (;;) {
      this.calls.count += 1;
      const reply = await this.api.call(method, path, { ...options, timeoutMs: 12_000 }).catch(reasonOf);
      if (typeof reply !== 'string' && !isTemporary(reply)) {
        if (reply.status < 400) return reply;
        throw new Error(`${method} ${path}: ${reply.status} ${JSON.stringify(reply.body)}`);
      }
      const came = typeof reply === 'string' ? reply : `${reply.status} ${JSON.stringify(reply.body)}`;
      if (Date.now() > deadline) throw new Error(`${method} ${path}: no answer in ${giveUpMs} ms, at last ${came}`);
      this.calls.failures.push(`${new Date().toISOString()} ${method} ${path}: ${came}`);
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }
}
