// A client as it should be: what may not have happened is sent again under the same Idempotency-Key, until it is known.
import { randomUUID } from 'node:crypto';
import { pause } from '../../deploy/embedded/basics.mjs';

const giveUpMs = 120_000;
const pauseMs = 150;

/**
 * What is read of the replies; each holds what its route returns.
 * @typedef {object} Reply
 * @property {string} id
 * @property {string} partnerId
 * @property {string} submissionId
 * @property {string} accessToken
 * @property {string} domain
 * @property {string} state
 * @property {string} secret
 * @property {{ id: string, text: string, type: string, nextAttemptAt: string | null }[]} items
 * @property {string | null} nextCursor
 */

/** @typedef {{ session?: string, body?: object }} Sent */

export class PatientClient {
  /** How often something had to be sent again. */
  repetitions = 0;

  /** @param {string} url of an edge @param {AbortSignal} signal */
  constructor(url, signal) {
    this.url = url;
    this.signal = signal;
  }

  /** @param {string} path @param {string} session */
  get = (path, session) => this.#untilKnown('GET', path, { session });

  /** @param {'POST' | 'PUT'} method @param {string} path @param {Sent} sent */
  write = (method, path, sent) => this.#untilKnown(method, path, sent, { 'idempotency-key': randomUUID() });

  /** Where each call gives a new secret, and an Idempotency-Key is refused. @param {string} path @param {Sent} sent */
  obtain = (path, sent) => this.#untilKnown('POST', path, sent);

  /**
   * @param {string} method
   * @param {string} path
   * @param {Sent} sent
   * @param {Record<string, string>} [headers]
   * @returns {Promise<Reply>}
   */
  async #untilKnown(method, path, sent, headers) {
    const deadline = Date.now() + giveUpMs;
    for (;;) {
      const { status, text } = await this.#send(method, path, sent, headers).catch((error) => ({
        ...{ status: 0, text: error instanceof Error ? error.message : String(error) },
      }));
      this.signal.throwIfAborted();
      if (status >= 200 && status < 300) return JSON.parse(text || '{}');
      const isTemporary =
        status === 0 || status >= 500 || status === 429 || text.includes('"code":"idempotency.in_progress"');
      if (!isTemporary || Date.now() > deadline) throw new Error(`${method} ${path}: ${status} ${text}`);
      this.repetitions += 1;
      await pause(pauseMs, this.signal);
    }
  }

  /** @param {string} method @param {string} path @param {Sent} sent @param {Record<string, string>} [headers] */
  async #send(method, path, { session, body }, headers) {
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: {
        ...(session && { authorization: `Bearer ${session}` }),
        ...(body && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body && { body: JSON.stringify(body) }),
      signal: AbortSignal.any([this.signal, AbortSignal.timeout(12_000)]),
    });
    return { status: response.status, text: await response.text() };
  }
}
