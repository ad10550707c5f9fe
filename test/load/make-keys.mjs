// Keys for a load, made over HTTP as partners make them.
import { randomBytes } from 'node:crypto';
import { pause } from '../../deploy/embedded/basics.mjs';

/** @typedef {{ applicationId: string, applicationSecret: string }} Key */
/** @typedef {{ gatewayUrl: string, adminUrl: string }} Edges */
/** @typedef {{ email: string, password: string }} SignIn */
/** @typedef {Key & { id: string, partnerId: string, submissionId: string, accessToken: string, state: string }} ResponseBody what is read here of any */

export const perPartner = 100;

/**
 * @param {string} url
 * @param {{ session?: string, body?: object, method?: string }} options
 * @returns {Promise<ResponseBody>}
 */
export async function call(url, { session, body, method = 'POST' }) {
  const response = await fetch(url, {
    method,
    headers: { 'content-type': 'application/json', ...(session && { authorization: `Bearer ${session}` }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${method} ${url}: ${response.status} ${await response.text()}`);
  return /** @type {Promise<ResponseBody>} */ (response.json());
}

/**
 * @param {Edges} edges
 * @param {SignIn} admin
 * @param {number} count
 * @returns {Promise<Key[]>} sandbox keys of several partners
 */
export async function makeKeys(edges, admin, count) {
  const keys = [];
  for (const maker of await keyMakers(edges, admin, Math.ceil(count / perPartner)))
    for (let made = 0; made < perPartner && keys.length < count; made += 1) keys.push(await maker());
  return keys;
}

/**
 * @param {Edges} edges
 * @param {SignIn} admin
 * @param {number} partners
 * @returns {Promise<(() => Promise<Key>)[]>} for each of as many new partners what makes a key, at most `perPartner` times
 */
export async function keyMakers(edges, admin, partners) {
  const { sessions, planId } = await makePartners(edges, admin, partners);
  const makers = [];
  for (const session of sessions) {
    const { id: subscriptionId } = await call(`${edges.gatewayUrl}/v1/subscriptions`, {
      session,
      body: { planId, name: 'Load' },
    });
    let made = 0;
    makers.push(() => call(`${edges.gatewayUrl}/v1/keys`, { session, body: { name: `k${made++}`, subscriptionId } }));
  }
  return makers;
}

/**
 * New partners, each with a session in its sandbox, and a plan that they can subscribe to.
 * @param {Edges} edges
 * @param {SignIn} admin
 * @param {number} count
 */
export async function makePartners(edges, admin, count) {
  const { accessToken: staff } = await call(`${edges.adminUrl}/v1/sessions`, { body: admin });
  const slug = `load-${randomBytes(4).toString('hex')}`;
  const product = await call(`${edges.adminUrl}/v1/products`, { session: staff, body: { name: 'Load', slug } });
  const plan = await call(`${edges.adminUrl}/v1/products/${product.id}/plans`, {
    session: staff,
    body: { name: 'Free', sandbox: true },
  });
  const sessions = [];
  for (let number = 0; number < count; number += 1)
    sessions.push(await signedInPartner(edges, staff, `${slug}-${number}.example`));
  return { sessions, planId: plan.id, staff };
}

/**
 * @param {Edges} edges
 * @param {string} staff session of a member of staff
 * @param {string} domain
 * @returns {Promise<string>} session in the new partner's sandbox, ready to make keys
 */
async function signedInPartner({ gatewayUrl, adminUrl }, staff, domain) {
  const person = {
    username: 'admin',
    displayName: 'Load',
    email: 'load@partner.example',
    password: 'a-password-for-load',
  };
  const registration = { name: 'Load', domain, programme: 'csp', type: 'direct_bill', admin: person };
  const { partnerId } = await call(`${gatewayUrl}/v1/partners`, { body: registration });
  await call(`${adminUrl}/v1/partners/${partnerId}`, {
    session: staff,
    method: 'PATCH',
    body: { keyLimit: { sandbox: perPartner } },
  });
  const signIn = (/** @type {string} */ at) =>
    call(`${gatewayUrl}/v1/sessions`, { body: { username: `admin@${at}`, password: person.password } });
  const { accessToken: primary } = await signIn(domain);
  await call(`${gatewayUrl}/v1/sandbox`, { session: primary, body: { admin: person } });
  const sandboxState = async () => (await call(`${gatewayUrl}/v1/sandbox`, { session: primary, method: 'GET' })).state;
  while ((await sandboxState()) !== 'awaiting_setup') await pause(50);
  const { accessToken: sandbox } = await signIn(`sandbox.${domain}`);
  await call(`${gatewayUrl}/v1/account/setup`, { session: sandbox, body: { acceptPolicy: true } });
  await call(`${gatewayUrl}/v1/account/api-access`, { session: sandbox, method: 'PUT', body: { enabled: true } });
  return sandbox;
}
