// Whether an edge is ready, as it says itself.
import { messageOf } from './basics.mjs';

/**
 * @param {string} url
 * @returns {Promise<string | undefined>} what is missing; nothing when ready
 */
export async function whatIsMissing(url) {
  try {
    const response = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(3_000) });
    const body = (await response.text()).slice(0, 500);
    return response.status === 200 ? undefined : `${url}/readyz answers ${response.status} ${body}`;
  } catch (error) {
    const { cause } = /** @type {Error} */ (error);
    return `${url}/readyz: ${messageOf(cause ?? error)}`;
  }
}
