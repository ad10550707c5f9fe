// What a story or an attack begins with: products, partners, staff, made over HTTP as everybody makes them.
import { randomBytes } from 'node:crypto';
import { pause } from '../../../deploy/embedded/basics.mjs';

/** @typedef {import('./client.mjs').Client} Client */
/** @typedef {{ gatewayUrl: string, adminUrl: string }} Edges */
/** @typedef {{ email: string, password: string }} StaffLogin */
/** @typedef {{ username: string, password: string, session: string }} Person */
/** @typedef {{ id: string, applicationId: string, applicationSecret: string }} Key */

export const unique = () => randomBytes(6).toString('hex');
/** What a story that is cut short leaves behind is not to cut the next one short. */
const roomForKeys = { sandbox: 100, production: 100 };
const newPassword = () => `long-${unique()}-${unique()}`;

/** @param {Client} client @param {Edges} edges @param {StaffLogin} login @returns {Promise<string>} a session */
export const signInStaff = async (client, { adminUrl }, login) =>
  (await client.obtain('POST', `${adminUrl}/v1/sessions`, { json: login })).accessToken;

/** @param {Client} client @param {Edges} edges @param {{ staff: string, role: 'admin' | 'reviewer' }} options */
export async function newStaff(client, { adminUrl }, { staff, role }) {
  const login = { email: `${role}-${unique()}@provider.example`, password: newPassword() };
  await client.obtain('POST', `${adminUrl}/v1/staff`, {
    session: staff,
    json: { ...login, role, displayName: 'Grace Hopper' },
  });
  return login;
}

/**
 * @param {Client} client @param {Edges} edges
 * @param {{ staff: string, providerUrl: string, form?: object }} options
 * @returns {Promise<{ planId: string, slug: string }>}
 */
export async function newPlan(client, { adminUrl }, { staff, providerUrl, form }) {
  const slug = `api-${unique()}`;
  const product = await client.obtain('POST', `${adminUrl}/v1/products`, {
    session: staff,
    json: { name: slug, slug, endpoints: { sandbox: providerUrl, production: providerUrl } },
  });
  const { id: planId } = await client.obtain('POST', `${adminUrl}/v1/products/${product.id}/plans`, {
    session: staff,
    json: { name: 'Standard', sandbox: true, ...(form && { submissionForm: form }) },
  });
  return { planId, slug };
}

/**
 * Verified, its sandbox set up, API access on in both accounts.
 * @param {Client} client @param {Edges} edges @param {string} staff a session
 * @returns {Promise<{ primary: Person, sandbox: Person }>}
 */
export async function newPartner(client, { gatewayUrl, adminUrl }, staff) {
  const domain = `p-${unique()}.example`;
  const person = (/** @type {string} */ username) => ({
    ...{ username, displayName: 'Ada Lovelace', email: `${username}@partner.example`, password: newPassword() },
  });
  const [owner, tester] = [person('owner'), person('tester')];
  const { partnerId } = await client.obtain('POST', `${gatewayUrl}/v1/partners`, {
    json: { name: `Partner ${domain}`, domain, programme: 'csp', type: 'direct_bill', admin: owner },
  });
  await client.obtain('PATCH', `${adminUrl}/v1/partners/${partnerId}`, {
    session: staff,
    json: { verified: true, keyLimit: roomForKeys },
  });
  const signedIn = async (
    /** @type {{ username: string, password: string }} */ { username, password },
    at = domain,
  ) => {
    const login = { username: `${username}@${at}`, password };
    const { accessToken } = await client.obtain('POST', `${gatewayUrl}/v1/sessions`, { json: login });
    return { ...login, session: /** @type {string} */ (accessToken) };
  };
  const primary = await signedIn(owner);
  const { session } = primary;
  await client.obtain('POST', `${gatewayUrl}/v1/sandbox`, { session, json: { admin: tester } });
  const isThere = async () =>
    (await client.obtain('GET', `${gatewayUrl}/v1/sandbox`, { session })).state === 'awaiting_setup';
  while (!(await isThere())) await pause(50);
  const sandbox = await signedIn(tester, `sandbox.${domain}`);
  await client.obtain('POST', `${gatewayUrl}/v1/account/setup`, {
    session: sandbox.session,
    json: { acceptPolicy: true },
  });
  for (const { session } of [primary, sandbox])
    await client.obtain('PUT', `${gatewayUrl}/v1/account/api-access`, { session, json: { enabled: true } });
  return { primary, sandbox };
}

/** @param {Client} client @param {Edges} edges @param {{ session: string, planId: string }} options @returns {Promise<string>} */
export const subscribe = async (client, { gatewayUrl }, { session, planId }) =>
  (await client.obtain('POST', `${gatewayUrl}/v1/subscriptions`, { session, json: { planId, name: 'Integration' } }))
    .id;

/**
 * @param {Client} client @param {Edges} edges @param {{ session: string, subscriptionId: string }} options
 * @returns {Promise<Key>}
 */
export const newKey = (client, { gatewayUrl }, { session, subscriptionId }) =>
  client.obtain('POST', `${gatewayUrl}/v1/keys`, { session, json: { name: 'key', subscriptionId } });
