// A partner's server that webhooks lead to: verifies what it is sent with the library of Standard Webhooks, and replies as
// servers do that are in trouble, until it is told to be kind.
import { createServer } from 'node:http';
import { Webhook as Verifier } from 'standardwebhooks';

/** @typedef {import('./verdict.mjs').Arrival} Arrival */
/** @typedef {ReturnType<typeof import('./draws.mjs').drawsOf>} Draws */

/** @type {readonly [string, ...string[]]} */
const moods = [
  '200',
  ...['200', '200', '200', '200'],
  ...['500', '500', '500'],
  ...['reset', 'reset though it has it', 'reset though it has it', 'silence'],
];

/** @param {Draws} draws */
export async function openServer(draws) {
  /** @type {Arrival[]} */
  const arrivals = [];
  /** @type {Map<string, Verifier>} by the name of the webhook, which is in the path */
  const verifiers = new Map();
  /** @type {Record<string, number>} */
  const replies = {};
  let isKind = false;

  const server = createServer((request, response) => {
    /** @type {Buffer[]} */
    const chunks = [];
    request.on('error', () => {});
    request.on('data', (/** @type {Buffer} */ chunk) => chunks.push(chunk));
    request.on('end', () => {
      const mood = isKind ? '200' : draws.oneOf(moods);
      replies[mood] = (replies[mood] ?? 0) + 1;
      take(request, Buffer.concat(chunks).toString(), mood === '200');
      if (mood === '200' || mood === '500') response.writeHead(Number(mood)).end();
      if (mood.startsWith('reset')) response.socket?.resetAndDestroy();
    });
  });

  /** @param {import('node:http').IncomingMessage} request @param {string} body @param {boolean} isAccepted */
  function take({ url = '', headers }, body, isAccepted) {
    const webhook = decodeURIComponent(url.slice(1));
    const eventId = String(headers['webhook-id']);
    const fault = faultOf(webhook, body, {
      ...{ 'webhook-id': eventId, 'webhook-timestamp': String(headers['webhook-timestamp']) },
      'webhook-signature': String(headers['webhook-signature']),
    });
    const submissionId = fault ? '' : submissionOf(body);
    arrivals.push({ webhook, eventId, submissionId, body, isAccepted: isAccepted && !fault, fault });
  }

  /** @param {string} webhook @param {string} body @param {Record<string, string>} headers */
  function faultOf(webhook, body, headers) {
    const verifier = verifiers.get(webhook);
    if (!verifier) return `there is no webhook ${webhook}`;
    try {
      verifier.verify(body, headers);
    } catch (error) {
      return String(error);
    }
  }

  await new Promise((listening) => server.listen(0, '127.0.0.1', () => listening(undefined)));
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  return {
    arrivals,
    replies,
    /** @param {string} webhook its name */
    urlOf: (webhook) => `http://127.0.0.1:${port}/${encodeURIComponent(webhook)}`,
    /** @param {string} webhook @param {string} secret */
    expect: (webhook, secret) => void verifiers.set(webhook, new Verifier(secret)),
    /** From now on it accepts everything; whoever waits for it in vain learns so at once. */
    beKind: () => {
      isKind = true;
      server.closeAllConnections();
    },
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** @param {string} body of what has verified @returns {string} */
function submissionOf(body) {
  /** @type {{ data: { submissionId: string } }} */
  const { data } = JSON.parse(body);
  return data.submissionId;
}
