// Who attacks, each in its own way and all at once. A stranger has an address of its own, a partner or a member of staff
// what it could have come by honestly, and a broker user the permissions of the app whose key it stole.
import { randomBytes, randomInt } from 'node:crypto';
import { connect } from 'node:net';
import { headers as brokerHeaders } from '@nats-io/transport-node';
import { unique } from './provision.mjs';

/** @typedef {import('./client.mjs').Client} Client */
/** @typedef {import('./client.mjs').Sent} Sent */

/**
 * Where they fire, and with what.
 * @typedef {object} Field
 * @property {string} gatewayUrl
 * @property {string} adminUrl
 * @property {import('./arms.mjs').Arms} arms
 * @property {(address: string) => Client} from a client at an address of loopback
 * @property {import('./broker-users.mjs').BrokerUser[]} brokerUsers
 * @property {AbortSignal} signal
 */

/**
 * @typedef {object} Attacker
 * @property {string} name
 * @property {number} point of the list of holes
 * @property {number} workers each sends its next when its last has come to something
 * @property {number} everyMs and not sooner
 * @property {(field: Field, turn: number) => Promise<number | string>} strike what it came to: a status, or else
 */

const wrongPassword = 'a wrong password, long enough';

/** @template Choice @param {readonly Choice[]} all @param {number} turn @returns {Choice} */
const oneOf = (all, turn) => /** @type {Choice} */ (all[turn % all.length]);

/** How a request that never ends goes on: nothing more, or a byte now and then. */
const dripMs = 250;
/** Who is held longer than that has had its way; it lets go, to begin again. */
const heldMsMax = 30_000;

/**
 * @param {string} url @param {{ head: string[], drip?: string, localAddress: string, signal: AbortSignal }} request
 * @returns {Promise<string>} the status that was given before the request had ended, or how it ended
 */
function neverEnding(url, { head, drip, localAddress, signal }) {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port), localAddress });
  const dripping = drip && setInterval(() => socket.write(drip), dripMs);
  return new Promise((done) => {
    const end = (/** @type {string} */ outcome) => {
      done(outcome);
      clearInterval(dripping || undefined);
      signal.removeEventListener('abort', letGo);
      socket.destroy();
    };
    const letGo = () => end('held');
    signal.addEventListener('abort', letGo, { once: true });
    socket.setTimeout(heldMsMax, letGo);
    socket.on('error', (/** @type {NodeJS.ErrnoException} */ { code }) => end(code ?? 'error'));
    socket.on('close', () => end('closed'));
    socket.once('data', (chunk) => end(chunk.toString('latin1').slice('HTTP/1.1 '.length, 12)));
    socket.write([...head, ''].join('\r\n'));
  });
}

/** @param {Field} field @param {string} path @param {number} length */
const uploadHead = ({ arms }, path, length) => [
  ...[`POST ${path} HTTP/1.1`, 'host: slipway', `authorization: Bearer ${arms.token}`],
  ...['content-type: application/octet-stream', `content-length: ${length}`, '', 'begins'],
];

/** @type {Attacker} More of them than there are connections to a provider. */
const unendingUploads = {
  ...{ name: 'uploads that never end', point: 2, workers: 140, everyMs: 1_000 },
  strike: (field) =>
    neverEnding(field.gatewayUrl, {
      head: uploadHead(field, field.arms.apiPath, 1_000_000),
      ...{ localAddress: '127.0.0.2', signal: field.signal },
    }),
};

/** @type {Attacker} */
const drippingBodies = {
  ...{ name: 'bodies and headers that drip', point: 2, workers: 40, everyMs: 1_000 },
  strike: (field, turn) => {
    const body = ['POST /v1/sessions HTTP/1.1', 'host: slipway', 'content-type: application/json'];
    const dripped = [
      { head: uploadHead(field, field.arms.apiPath, 1_000_000), drip: 'x' },
      { head: [...body, 'content-length: 5000', ''], drip: '{' },
      { head: ['GET /v1/products HTTP/1.1', 'host: slipway'], drip: 'x-drip: x\r\n' },
    ];
    const { signal } = field;
    return neverEnding(field.gatewayUrl, { ...oneOf(dripped, turn), localAddress: '127.0.0.3', signal });
  },
};

/** Linear in its length, and yet too much. */
const costlyText = `${'a'.repeat(20_000)}${randomBytes(20_000).toString('hex').replace(/[0-7]/g, 'a').replace(/[^a]/g, 'b')}`;

/** @type {Attacker} */
const costlyForms = {
  ...{ name: 'answers that are costly to check', point: 3, workers: 6, everyMs: 0 },
  strike: async ({ gatewayUrl, arms, from }) => {
    const url = `${gatewayUrl}/v1/subscriptions/${arms.costlySubscriptionId}/submissions`;
    const json = { answers: { costly: { text: costlyText } } };
    return (await from('127.0.0.5').send('POST', url, { session: arms.session, json })).status;
  },
};

/** @type {string[]} What is no request of ours, in one of the ways there are to be none. */
const malformed = [
  '{',
  'null',
  '[]',
  '"\\ud800"',
  '['.repeat(20_000) + ']'.repeat(20_000),
  '{"a":'.repeat(5_000) + '1' + '}'.repeat(5_000),
  '{"__proto__":{"a":1},"constructor":{"prototype":{"a":1}},"name":"x"}',
  '{"name":"a\\u0000b","subscriptionId":"a\\u0000b","planId":null}',
  `{"name":"${'x'.repeat(200_000)}"}`,
  '{"name":1e999,"planId":-0,"answers":{"a":[[[[]]]]}}',
  `{"answers":{"${'k'.repeat(30_000)}":{}}}`,
];
const routes = ['/v1/keys', '/v1/subscriptions', '/v1/sessions', '/v1/account/users', '/v1/sandbox', '/v1/partners'];

/** @type {Attacker} */
const malformedRequests = {
  ...{ name: 'malformed requests, to be passed on', point: 8, workers: 4, everyMs: 0 },
  strike: async ({ gatewayUrl, arms, from }, turn) => {
    const raw = oneOf(malformed, turn);
    const headers = { 'content-type': 'application/json', 'idempotency-key': oneOf([unique(), 'x'.repeat(300)], turn) };
    const url = `${gatewayUrl}${oneOf(routes, Math.floor(turn / malformed.length))}`;
    return (await from('127.0.0.4').send('POST', url, { session: arms.session, raw, headers })).status;
  },
};

/** Names that exist, over and over, and names that nobody has. */
const guessed = (/** @type {string[]} */ known, /** @type {string} */ invented, /** @type {number} */ turn) =>
  turn % 3 === 0 ? invented : oneOf(known, turn);

/** @type {Attacker} */
const guessedPasswords = {
  ...{ name: 'guessed passwords of people and staff', point: 5, workers: 6, everyMs: 0 },
  strike: async ({ gatewayUrl, adminUrl, arms: { known }, from }, turn) => {
    const stranger = from(oneOf(['127.0.0.11', '127.0.0.12', '127.0.0.13'], turn));
    const person = { username: guessed(known.people, `${unique()}@${unique()}.example`, turn) };
    const staff = { email: guessed([known.staff], `${unique()}@provider.example`, turn) };
    const [url, who] = turn % 2 === 0 ? [gatewayUrl, person] : [adminUrl, staff];
    const json = { ...who, password: wrongPassword };
    return (await stranger.send('POST', `${url}/v1/sessions`, { json })).status;
  },
};

/** @type {Attacker} */
const guessedSecrets = {
  ...{ name: 'guessed secrets at the token endpoints', point: 5, workers: 6, everyMs: 0 },
  strike: async ({ gatewayUrl, arms: { known }, from }, turn) => {
    const stranger = from(oneOf(['127.0.0.14', '127.0.0.15'], turn));
    const applicationId = guessed([known.applicationId], `app_sbx_${randomBytes(11).toString('hex')}`, turn);
    /** @type {[string, string]} */
    const basic = [applicationId, `slpsk_${unique()}`];
    const isOAuth = turn % 2 === 0;
    const path = isOAuth ? '/sandbox/oauth2/token' : '/sandbox/rest/v1/app/session/token';
    const sent = isOAuth ? { form: { grant_type: 'client_credentials' } } : { json: { grant_type: 'session' } };
    return (await stranger.send('POST', `${gatewayUrl}${path}`, { basic, ...sent })).status;
  },
};

const overriding = {
  'x-http-method-override': 'DELETE',
  'x-original-url': '/v1/partners',
  'true-client-ip': '127.0.0.1',
  proxy: 'http://127.0.0.1:1',
  connection: 'keep-alive, authorization, slipway-partner-id',
  'keep-alive': 'timeout=1000000',
  te: 'trailers',
};

/** @type {Attacker} */
const forgedHeaders = {
  ...{ name: 'forged addresses and overriding headers', point: 9, workers: 6, everyMs: 0 },
  strike: async ({ gatewayUrl, arms, from }, turn) => {
    // The story's own address, and many that nobody has.
    const claimed = oneOf(['127.0.0.1', '::1', `10.0.${randomInt(250)}.${randomInt(250)}`], turn);
    const headers = { ...overriding, 'x-forwarded-for': claimed, forwarded: `for=${claimed}` };
    const json = { username: `${unique()}@${unique()}.example`, password: wrongPassword };
    /** @type {[string, string, Sent][]} */
    const requests = [
      ['GET', arms.apiPath, { session: arms.token }],
      ['POST', '/v1/sessions', { json }],
      ['TRACE', arms.apiPath, {}],
      ['GET', '/readyz', {}],
      ['GET', '/v1/products', { session: arms.session }],
    ];
    const [method, path, sent] = oneOf(requests, turn);
    return (await from('127.0.0.21').send(method, `${gatewayUrl}${path}`, { ...sent, headers })).status;
  },
};

const forbidden = [
  'http://169.254.169.254/latest/meta-data',
  'http://[::ffff:169.254.169.254]/',
  'http://0xa9fea9fe/',
  'http://[64:ff9b::a9fe:a9fe]/',
  'http://10.0.0.1/',
  'http://192.168.0.1/',
  'http://224.0.0.1/',
  'http://[fe80::1]/',
];

/** @type {Attacker} */
const forbiddenEndpoints = {
  ...{ name: 'products at forbidden addresses', point: 10, workers: 1, everyMs: 100 },
  strike: async ({ adminUrl, arms, from }, turn) => {
    const json = {
      name: 'X',
      slug: `x-${unique()}`,
      endpoints: { sandbox: oneOf([...forbidden, ...arms.ours], turn) },
    };
    return (await from('127.0.0.31').send('POST', `${adminUrl}/v1/products`, { session: arms.staff, json })).status;
  },
};

const garbage = [
  '',
  '{',
  'null',
  '[[1,null,{}]]',
  '[['.repeat(3_000) + ']]'.repeat(3_000),
  'x'.repeat(20_000),
  '\0\xff\xfe',
];
/** Where a reply would do harm, were it published. */
const harmfulReplies = [
  '$JS.API.STREAM.DELETE.EVENTS_SHARED',
  '$JS.API.STREAM.PURGE.EVENTS_PRODUCTION',
  '$JS.API.CONSUMER.DELETE.EVENTS_SHARED.notifications_shared_into_production',
];
/** Where nobody but the service that is called may publish. */
const forgedEvent = 'events.shared.subscriptions.production-unlocked.v1';
const messagesAtOnce = 20;

/** @type {Attacker} */
const brokerGarbage = {
  ...{ name: 'garbage on the broker, replies to its API', point: 4, workers: 1, everyMs: 100 },
  strike: async ({ brokerUsers }, turn) => {
    /** @type {import('./broker-users.mjs').BrokerUser} */
    const { connection, addresses } = oneOf(brokerUsers, turn);
    for (let index = 0; index < messagesAtOnce; index += 1) {
      const headers = brokerHeaders();
      headers.set('Slipway-Context', oneOf(garbage.slice(0, 4), randomInt(100)));
      if (index % 5 === 0) headers.set('Slipway-Batch', '1');
      const { subject, reply } = oneOf(addresses, randomInt(1_000));
      // Some are read, and some are meant for where the service may speak and its caller may not.
      const harmful = oneOf([reply, ...harmfulReplies, forgedEvent], randomInt(100));
      connection.publish(subject, oneOf(garbage, randomInt(100)), { reply: harmful, headers });
    }
    connection.publish(oneOf(harmfulReplies, turn), '');
    await connection.flush();
    return 'sent';
  },
};

export const attackers = [
  unendingUploads,
  drippingBodies,
  costlyForms,
  malformedRequests,
  guessedPasswords,
  guessedSecrets,
  forgedHeaders,
  forbiddenEndpoints,
  brokerGarbage,
];
