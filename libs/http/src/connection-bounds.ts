import type { FastifyHttpOptions } from 'fastify';
import type { Server } from 'node:http';
import type { EdgeConfig } from '#libs/config';

/** Headers are small: who needs longer for them is not sending. Milliseconds. */
const headersMsMax = 15_000;
/** How often Node looks for requests that take too long, milliseconds. Its own default is half a minute. */
const checkMs = 1_000;

/** How long a connection to an edge may be held by somebody who does not go on: none is held for ever. */
export function connectionBounds({
  SLIPWAY_REQUEST_SECONDS,
  SLIPWAY_IDLE_SECONDS,
}: EdgeConfig): Pick<FastifyHttpOptions<Server>, 'requestTimeout' | 'connectionTimeout' | 'keepAliveTimeout' | 'http'> {
  const requestTimeout = SLIPWAY_REQUEST_SECONDS * 1_000;
  const idleMs = SLIPWAY_IDLE_SECONDS * 1_000;
  return {
    requestTimeout,
    connectionTimeout: idleMs,
    keepAliveTimeout: idleMs,
    http: {
      requestTimeout,
      headersTimeout: Math.min(headersMsMax, requestTimeout),
      connectionsCheckingInterval: checkMs,
      // Refused by ProtocolFaults: Node's own refusal is a bare status.
      requireHostHeader: false,
    },
  };
}
