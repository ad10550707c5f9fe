// HTTP from an address of the caller's choosing, as it stands: nothing is tidied up, followed or tried again.
import http from 'node:http';
import { text } from 'node:stream/consumers';

/**
 * @typedef {object} Sent
 * @property {string} [session] a bearer's
 * @property {[user: string, password: string]} [basic]
 * @property {object} [json]
 * @property {Record<string, string>} [form]
 * @property {string | Buffer} [raw] sent as it is
 * @property {Record<string, string>} [headers]
 */
/**
 * What is read here of any reply.
 * @typedef {object} Body
 * @property {string} id
 * @property {string} partnerId
 * @property {string} submissionId
 * @property {string} state
 * @property {string} accessToken of a person's session, or staff's
 * @property {string} access_token a session token
 * @property {string} applicationId
 * @property {string} applicationSecret
 */
/** @typedef {{ status: number, headers: http.IncomingHttpHeaders, body: Body }} Reply */

const timeoutMs = 15_000;

export class Client {
  #agent;

  /** @param {{ localAddress?: string }} [options] */
  constructor({ localAddress } = {}) {
    this.#agent = new http.Agent({ keepAlive: true, ...(localAddress && { localAddress }) });
  }

  /**
   * @param {string} method
   * @param {string} url
   * @param {Sent} [sent]
   * @returns {Promise<Reply>}
   */
  send(method, url, sent = {}) {
    const body = bodyOf(sent);
    const headers = { ...headersOf(sent), ...(body !== undefined && { 'content-length': Buffer.byteLength(body) }) };
    return new Promise((done, fail) => {
      const request = http.request(url, { method, headers, agent: this.#agent }, (response) => {
        const { statusCode: status = 0, headers } = response;
        text(response).then((body) => done({ status, headers, body: parsed(body) }), fail);
      });
      request.setTimeout(timeoutMs, () => request.destroy(new Error('timeout')));
      request.on('error', fail);
      request.end(body);
    });
  }

  /**
   * @param {string} method
   * @param {string} url
   * @param {Sent} [sent]
   * @returns {Promise<Body>} of a reply that is no refusal
   */
  async obtain(method, url, sent) {
    const { status, body } = await this.send(method, url, sent);
    if (status >= 400) throw new Error(`${method} ${url}: ${status} ${JSON.stringify(body)}`);
    return body;
  }

  close() {
    this.#agent.destroy();
  }
}

/** @param {Sent} sent @returns {Record<string, string>} */
const headersOf = ({ session, basic, json, form, headers }) => ({
  ...(session && { authorization: `Bearer ${session}` }),
  ...(basic && { authorization: `Basic ${Buffer.from(basic.join(':')).toString('base64')}` }),
  ...(json && { 'content-type': 'application/json' }),
  ...(form && { 'content-type': 'application/x-www-form-urlencoded' }),
  ...headers,
});

/** @param {Sent} sent */
const bodyOf = ({ raw, json, form }) =>
  raw ?? (json ? JSON.stringify(json) : form && new URLSearchParams(form).toString());

/** @param {string} body @returns {Body} empty, where it is no JSON */
function parsed(body) {
  try {
    return JSON.parse(body);
  } catch {
    return /** @type {Body} */ ({});
  }
}
