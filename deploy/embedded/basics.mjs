// What every file here needs: where the checkout is, errors meant for the person at the terminal, and pauses.
import { fileURLToPath } from 'node:url';

export const CHECKOUT = fileURLToPath(new URL('../../', import.meta.url)).replace(/[/\\]$/, '');

/** An error whose message is one clear line for the person who runs the system; its stack helps nobody. */
export class ClearError extends Error {
  /** @param {string} message @param {string} [details] lines to show below, such as the end of a log */
  constructor(message, details) {
    super(message);
    this.name = 'ClearError';
    this.details = details;
  }
}

/**
 * Waits, or rejects as soon as `signal` is aborted.
 * @param {number} ms
 * @param {AbortSignal} [signal]
 */
export function pause(ms, signal) {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const interrupt = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', interrupt);
      resolve(undefined);
    }, ms);
    signal?.addEventListener('abort', interrupt, { once: true });
  });
}

/**
 * Settles as `promise` does, or rejects as soon as `signal` is aborted. What the promise stands for goes on.
 * @template T
 * @param {Promise<T>} promise
 * @param {AbortSignal} [signal]
 * @returns {Promise<T>}
 */
export function orAborted(promise, signal) {
  if (!signal) return promise;
  return new Promise((resolve, reject) => {
    const interrupt = () => reject(signal.reason);
    if (signal.aborted) interrupt();
    signal.addEventListener('abort', interrupt, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', interrupt));
  });
}

/** @param {unknown} error */
export function messageOf(error) {
  return error instanceof Error ? error.message : String(error);
}
