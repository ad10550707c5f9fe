// A well-behaved partner and its reviewer, from a subscription to production and back, over and over. Every call is timed,
// and must have the status that it has when nobody else is there.
import { pause } from '../../../deploy/embedded/basics.mjs';
import { actUpon } from './actor.mjs';
import { Client } from './client.mjs';
import { newKey, newPartner, newPlan, newStaff, signInStaff, subscribe } from './provision.mjs';

/** @typedef {import('./provision.mjs').Edges} Edges */
/** @typedef {import('./provision.mjs').Key} Key */
/** @typedef {{ name: string, status: number | string, expected: number, ms: number }} TimedCall */
/** @typedef {{ gatewayUrl: string, adminUrl: string, admin: import('./provision.mjs').StaffLogin, providerUrl: string }} Given */
/** @typedef {{ people: string[], staff: string, applicationId: string }} Known whom a stranger may know of: no secrets */

const form = {
  steps: [
    {
      id: 'company',
      title: 'Your company',
      schema: {
        type: 'object',
        required: ['name', 'website'],
        properties: {
          name: { type: 'string', pattern: '^[A-Z][a-z ]+$' },
          website: { type: 'string', format: 'uri', maxLength: 200 },
        },
      },
    },
  ],
};
const filledIn = { company: { name: 'Contoso', website: 'https://contoso.example' } };

const afterRefusalMs = 200;

class Story {
  #client = new Client();
  /** @type {TimedCall[]} */
  #calls = [];
  #plays = 0;
  /** @type {Promise<void> | undefined} */
  #playing;
  #isOver = false;

  /** @param {Given} given @param {Awaited<ReturnType<typeof prepare>>} prepared */
  constructor(given, prepared) {
    this.given = given;
    this.prepared = prepared;
  }

  begin() {
    this.#isOver = false;
    this.#playing = this.#playOn();
  }

  /** The story that is under way comes to its end first. */
  async end() {
    this.#isOver = true;
    await this.#playing;
    return { plays: this.#plays, calls: this.#calls.splice(0) };
  }

  /** A story that is cut short begins again: what cut it short is among the calls. */
  async #playOn() {
    this.#plays = 0;
    while (!this.#isOver) {
      await this.#play().then(
        () => (this.#plays += 1),
        () => pause(afterRefusalMs),
      );
    }
  }

  async #play() {
    const { people, reviewer, planId, slug, lastingKey } = this.prepared;
    const { owner, tester } = people;
    const primary = await this.#signIn(this.given.gatewayUrl, owner);
    const sandbox = await this.#signIn(this.given.gatewayUrl, tester);
    await this.#gateway('catalogue', 200, 'GET', '/v1/products', { session: sandbox });
    const { id } = await this.#gateway('subscribe', 201, 'POST', '/v1/subscriptions', {
      session: sandbox,
      json: { planId, name: 'Integration' },
    });
    const sandboxKey = await this.#makeKey(sandbox, id);
    await this.#callWith('sandbox', sandboxKey, slug);
    await this.#callWith('sandbox', lastingKey, slug);
    await this.#beReviewed(sandbox, id, reviewer);

    const productionKey = await this.#makeKey(primary, id);
    await this.#callWith('production', productionKey, slug);
    const rotated = await this.#gateway('rotate', 200, 'POST', `/v1/keys/${productionKey.id}/rotation`, {
      session: primary,
      json: {},
    });
    await this.#callWith('production', rotated, slug);
    await this.#gateway('messages', 200, 'GET', '/v1/notifications', { session: primary });

    await this.#gateway('delete key', 204, 'DELETE', `/v1/keys/${productionKey.id}`, { session: primary });
    await this.#gateway('delete key', 204, 'DELETE', `/v1/keys/${sandboxKey.id}`, { session: sandbox });
    await this.#gateway('cancel', 204, 'DELETE', `/v1/subscriptions/${id}`, { session: sandbox });
    for (const session of [primary, sandbox])
      await this.#gateway('sign out', 204, 'DELETE', '/v1/sessions/current', { session });
  }

  /** @param {string} session @param {string} subscriptionId @returns {Promise<Key>} */
  #makeKey(session, subscriptionId) {
    return this.#gateway('make key', 201, 'POST', '/v1/keys', { session, json: { name: 'key', subscriptionId } });
  }

  /** @param {'sandbox' | 'production'} environment @param {Key} key @param {string} slug */
  async #callWith(environment, { applicationId, applicationSecret }, slug) {
    const { access_token: session } = await this.#gateway('token', 200, 'POST', `/${environment}/oauth2/token`, {
      basic: [applicationId, applicationSecret],
      form: { grant_type: 'client_credentials' },
    });
    await this.#gateway('whoami', 200, 'GET', `/${environment}/whoami`, { session });
    const path = `/${environment}/api/${slug}/orders`;
    await this.#gateway('API call', 200, 'GET', path, { session });
    await this.#gateway('API call', 200, 'POST', path, { session, json: { lines: [1, 2, 3] } });
  }

  /** @param {string} session @param {string} subscriptionId @param {Login} reviewer */
  async #beReviewed(session, subscriptionId, reviewer) {
    const path = `/v1/subscriptions/${subscriptionId}/submissions`;
    const { submissionId } = await this.#gateway('submit', 201, 'POST', path, { session, json: { answers: filledIn } });
    const staff = await this.#signIn(this.given.adminUrl, reviewer);
    await this.#admin('queue', 200, 'GET', '/v1/reviews', { session: staff });
    await this.#admin('approve', 200, 'POST', `/v1/reviews/${submissionId}/approval`, { session: staff, json: {} });
    await this.#admin('sign out', 204, 'DELETE', '/v1/sessions/current', { session: staff });
  }

  /** @param {string} edgeUrl @param {Login} login @returns {Promise<string>} a session */
  async #signIn(edgeUrl, { json, device }) {
    const headers = { cookie: device };
    return (await this.#call('sign in', 201, 'POST', `${edgeUrl}/v1/sessions`, { json, headers })).accessToken;
  }

  /** @param {string} name @param {number} expected @param {string} method @param {string} path @param {Sent} sent */
  #gateway(name, expected, method, path, sent) {
    return this.#call(name, expected, method, `${this.given.gatewayUrl}${path}`, sent);
  }

  /** @param {string} name @param {number} expected @param {string} method @param {string} path @param {Sent} sent */
  #admin(name, expected, method, path, sent) {
    return this.#call(name, expected, method, `${this.given.adminUrl}${path}`, sent);
  }

  /**
   * @param {string} name @param {number} expected @param {string} method @param {string} url @param {Sent} sent
   * @returns {Promise<import('./client.mjs').Body>}
   */
  async #call(name, expected, method, url, sent) {
    const startedAt = performance.now();
    /** @type {number | string} */
    let status;
    /** @type {import('./client.mjs').Body | undefined} */
    let body;
    try {
      ({ status, body } = await this.#client.send(method, url, sent));
    } catch (error) {
      status = String(error);
    }
    this.#calls.push({ name, status, expected, ms: performance.now() - startedAt });
    if (status !== expected || !body) throw new Error(`${name}: ${status} ${JSON.stringify(body)}`);
    return body;
  }
}

/** @typedef {import('./client.mjs').Sent} Sent */
/** @typedef {{ json: object, device: string }} Login where somebody has signed in before */

/** @param {Given} given */
async function prepare({ admin, providerUrl, ...edges }) {
  const client = new Client();
  const staff = await signInStaff(client, edges, admin);
  const reviewer = await newStaff(client, edges, { staff, role: 'reviewer' });
  const { primary, sandbox } = await newPartner(client, edges, staff);
  const { planId, slug } = await newPlan(client, edges, { staff, providerUrl, form });
  const subscriptionId = await subscribe(client, edges, { session: sandbox.session, planId });
  const lastingKey = await newKey(client, edges, { session: sandbox.session, subscriptionId });
  const knownFrom = (/** @type {string} */ edgeUrl, /** @type {object} */ json) => withDevice(client, edgeUrl, json);
  const loginOf = (/** @type {import('./provision.mjs').Person} */ { username, password }) => ({ username, password });
  return {
    ...{ planId, slug, lastingKey },
    people: {
      owner: await knownFrom(edges.gatewayUrl, loginOf(primary)),
      tester: await knownFrom(edges.gatewayUrl, loginOf(sandbox)),
    },
    reviewer: await knownFrom(edges.adminUrl, reviewer),
    /** @type {Known} */
    known: {
      people: [primary.username, sandbox.username],
      staff: reviewer.email,
      applicationId: lastingKey.applicationId,
    },
  };
}

/** @param {Client} client @param {string} edgeUrl @param {object} json @returns {Promise<Login>} */
async function withDevice(client, edgeUrl, json) {
  const { headers } = await client.send('POST', `${edgeUrl}/v1/sessions`, { json });
  const device = headers['set-cookie']?.find((cookie) => cookie.includes('_device_'))?.split(';')[0];
  if (!device) throw new Error(`no device was given at ${edgeUrl}`);
  return { json, device };
}

/** @type {Story | undefined} */
let story;
actUpon({
  prepare: async (/** @type {Given} */ given) => {
    story = new Story(given, await prepare(given));
    return story.prepared.known;
  },
  begin: () => story?.begin(),
  end: () => story?.end(),
});
