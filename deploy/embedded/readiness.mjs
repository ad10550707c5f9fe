// Whether an edge is ready with all that it is there for, as it says itself.
import { messageOf } from './basics.mjs';

/**
 * @param {string} url
 * @returns {Promise<string | undefined>} what is missing; nothing when ready
 */
export async function whatIsMissing(url) {
  try {
    const response = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(3_000) });
    const body = await response.text();
    const isReady = response.status === 200 && Object.values(capabilitiesIn(body)).every(Boolean);
    return isReady ? undefined : `${url}/readyz answers ${response.status} ${body.slice(0, 500)}`;
  } catch (error) {
    const { cause } = /** @type {Error} */ (error);
    return `${url}/readyz: ${messageOf(cause ?? error)}`;
  }
}

/** An edge of a release before capabilities is ready with all of them or not at all. @param {string} body */
function capabilitiesIn(body) {
  /** @type {{ capabilities?: Record<string, boolean> }} */
  const { capabilities = {} } = JSON.parse(body);
  return capabilities;
}
