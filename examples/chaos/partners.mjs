// Partners with subscriptions and webhooks, and a reviewer, made through the public API before anything is broken.
import { randomBytes } from 'node:crypto';
import { pause } from '../../deploy/embedded/basics.mjs';

/** @typedef {import('./patient-client.mjs').PatientClient} PatientClient */
/** @typedef {{ name: string, partner: string, session: string }} Account */
/** @typedef {{ id: string, name: string, partner: string, session: string }} Subscription */
/** @typedef {Account & { id: string }} Webhook */
/** @typedef {{ gateway: PatientClient, admin: PatientClient }} Edges */

export const decisionTypes = [
  'subscriptions.changes-requested.v1',
  'subscriptions.submission-rejected.v1',
  'subscriptions.submission-approved.v1',
];
const names = ['Northwind', 'Fabrikam'];
const subscriptionsOfEach = ['Webshop', 'Warehouse'];

const newPassword = () => randomBytes(12).toString('base64url');

/**
 * @param {Edges} edges
 * @param {{ email: string, password: string }} first the first administrator
 * @returns {Promise<{ planId: string, reviewer: string }>} a plan, and the session of a reviewer
 */
export async function makeProvider({ admin }, first) {
  const signIn = (/** @type {{ email: string, password: string }} */ body) => admin.obtain('/v1/sessions', { body });
  const { accessToken: session } = await signIn(first);
  const product = await admin.write('POST', '/v1/products', { session, body: { name: 'Orders API', slug: 'orders' } });
  const { id: planId } = await admin.write('POST', `/v1/products/${product.id}/plans`, {
    session,
    body: { name: 'Free', sandbox: true },
  });
  const reviewer = { email: 'rosa@provider.example', password: newPassword() };
  await admin.write('POST', '/v1/staff', {
    session,
    body: { ...reviewer, displayName: 'Rosa Reviewer', role: 'reviewer' },
  });
  return { planId, reviewer: (await signIn(reviewer)).accessToken };
}

/**
 * @param {Edges} edges
 * @param {string} planId
 * @param {Awaited<ReturnType<typeof import('./server-in-trouble.mjs').openServer>>} server
 */
export async function makePartners({ gateway }, planId, server) {
  /** @type {Account[]} */
  const accounts = [];
  /** @type {Subscription[]} */
  const subscriptions = [];
  /** @type {Webhook[]} */
  const webhooks = [];
  for (const partner of names) {
    const own = await makePartner(gateway, partner);
    const [, sandbox] = own;
    for (const name of subscriptionsOfEach) {
      const body = { planId, name };
      const { session } = sandbox;
      const { id } = await gateway.write('POST', '/v1/subscriptions', { session, body });
      await gateway.write('POST', '/v1/keys', { session, body: { name: 'build', subscriptionId: id } });
      subscriptions.push({ id, name, partner, session });
    }
    for (const account of own) {
      const { session, name } = account;
      const body = { url: server.urlOf(name), events: decisionTypes };
      const { id, secret } = await gateway.write('POST', '/v1/webhooks', { session, body });
      server.expect(name, secret);
      webhooks.push({ ...account, id });
    }
    accounts.push(...own);
  }
  return { accounts, subscriptions, webhooks };
}

/** @param {PatientClient} gateway @param {string} partner @returns {Promise<[Account, Account]>} primary and sandbox */
async function makePartner(gateway, partner) {
  const domain = `${partner.toLowerCase()}.example`;
  const person = { username: 'ada', displayName: 'Ada', email: `ada@${domain}`, password: newPassword() };
  const registration = { name: partner, domain, programme: 'csp', type: 'direct_bill', admin: person };
  await gateway.write('POST', '/v1/partners', { body: registration });
  const signIn = async (/** @type {string} */ at) => {
    const body = { username: `${person.username}@${at}`, password: person.password };
    return (await gateway.obtain('/v1/sessions', { body })).accessToken;
  };
  const session = await signIn(domain);
  const ofSandbox = await gateway.write('POST', '/v1/sandbox', { session, body: { admin: person } });
  while ((await gateway.get('/v1/sandbox', session)).state !== 'awaiting_setup') await pause(100, gateway.signal);
  const sandbox = await signIn(ofSandbox.domain);
  await gateway.write('POST', '/v1/account/setup', { session: sandbox, body: { acceptPolicy: true } });
  for (const one of [sandbox, session])
    await gateway.write('PUT', '/v1/account/api-access', { session: one, body: { enabled: true } });
  return [
    { name: `${partner}, production`, partner, session },
    { name: `${partner}, sandbox`, partner, session: sandbox },
  ];
}
