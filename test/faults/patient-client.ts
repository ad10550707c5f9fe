import { randomUUID } from 'node:crypto';
import { Api, type ApiReply, type CallOptions } from '#libs/testing';

const giveUpMs = 180_000;
const pauseMs = 150;

const isTemporary = ({ status, body }: ApiReply): boolean =>
  status >= 500 || status === 429 || (status === 409 && body.code === 'idempotency.in_progress');

/**
 * A client as it should be: every write carries an Idempotency-Key of its own and is sent again, as it was, until it
 * is known to have happened. What has failed for good is an error.
 */
export class PatientClient {
  repetitions = 0;
  private readonly api: Api;

  constructor(baseUrl: string) {
    this.api = new Api(baseUrl);
  }

  get = (path: string, options: CallOptions = {}) => this.untilKnown('GET', path, options);

  write = (method: 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, options: CallOptions = {}) =>
    this.untilKnown(method, path, { ...options, headers: { 'idempotency-key': randomUUID(), ...options.headers } });

  /** Where each call gives a new secret, and an Idempotency-Key is refused. */
  obtain = (path: string, options: CallOptions = {}) => this.untilKnown('POST', path, options);

  private async untilKnown(method: string, path: string, options: CallOptions): Promise<ApiReply> {
    const deadline = Date.now() + giveUpMs;
    for (;;) {
      const reply = await this.api.call(method, path, { ...options, timeoutMs: 12_000 }).catch(() => undefined);
      if (reply && !isTemporary(reply)) {
        if (reply.status < 400) return reply;
        throw new Error(`${method} ${path}: ${reply.status} ${JSON.stringify(reply.body)}`);
      }
      if (Date.now() > deadline) throw new Error(`${method} ${path}: no answer in ${giveUpMs} ms`);
      this.repetitions += 1;
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }
}
