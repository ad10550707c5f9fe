// What a newcomer finds after the first start: a product with a free and a paid plan, a reviewer, and a partner.
// Made over HTTP like everything else, once; the marker in the data folder tells that it is there.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';

const password = () => `${randomBytes(9).toString('base64url')}-demo`;

/**
 * What is read of the replies; each holds what its route returns.
 * @typedef {{ accessToken: string, id: string }} Reply
 */

/**
 * @param {string} url
 * @param {{ session?: string, body?: object, method?: string, signal?: AbortSignal }} [request]
 * @returns {Promise<Reply>}
 */
async function call(url, { session, body, method = body ? 'POST' : 'GET', signal } = {}) {
  const response = await fetch(url, {
    method,
    headers: {
      ...(session && { authorization: `Bearer ${session}` }),
      ...(body && { 'content-type': 'application/json' }),
    },
    ...(body && { body: JSON.stringify(body) }),
    signal: AbortSignal.any([AbortSignal.timeout(15_000), ...(signal ? [signal] : [])]),
  });
  if (!response.ok)
    throw new Error(`${method} ${new URL(url).pathname}: ${response.status} ${await problemOf(response)}`);
  return /** @type {Reply} */ (await response.json().catch(() => ({})));
}

/** @param {Response} response */
async function problemOf(response) {
  const { code = '', detail = '' } = /** @type {{ code?: string, detail?: string }} */ (
    await response.json().catch(() => ({}))
  );
  return `${code} ${detail}`;
}

const form = {
  steps: [
    {
      id: 'company',
      title: 'Your company',
      schema: {
        type: 'object',
        required: ['website', 'contact'],
        additionalProperties: false,
        properties: {
          website: { type: 'string', title: 'Web site', format: 'uri', maxLength: 200 },
          contact: { type: 'string', title: 'Technical contact', format: 'email' },
        },
      },
    },
    {
      id: 'integration',
      title: 'Your integration',
      schema: {
        type: 'object',
        required: ['summary'],
        additionalProperties: false,
        properties: {
          summary: { type: 'string', title: 'What it does', minLength: 10, maxLength: 2000 },
          callsPerDay: { type: 'integer', title: 'Calls a day you expect', minimum: 1 },
        },
      },
    },
  ],
};

const testData = [
  { type: 'account', name: 'Customer', description: 'A customer with two open orders', value: 'cus_10001' },
  { type: 'card', name: 'Accepted card', description: 'Always authorised', value: '4242 4242 4242 4242' },
  { type: 'card', name: 'Declined card', description: 'Always declined', value: '4000 0000 0000 0002' },
];

const provider = {
  name: 'Orders & Co.',
  contact: { email: 'partners@slipway.example', url: 'https://partners.slipway.example' },
  policy: { text: 'The sandbox is for integration testing only. What is kept there may be deleted at any time.' },
  reviewDays: { from: 1, to: 3 },
  calendar: { timeZone: 'Europe/Vienna', workingDays: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'] },
};

/** @typedef {{ gatewayUrl: string, adminUrl: string, adminEmail: string, adminPassword: string, signal: AbortSignal }} SystemToFill */
/** @typedef {{ reviewer: { email: string, password: string }, partner: { username: string, password: string } }} Logins */

/** @param {string} dataDir */
const markerIn = (dataDir) => join(dataDir, 'demo.json');

/** @param {string} dataDir @returns {Logins | undefined} */
export function madeEarlier(dataDir) {
  return existsSync(markerIn(dataDir)) ? JSON.parse(readFileSync(markerIn(dataDir), 'utf8')) : undefined;
}

/**
 * @param {SystemToFill & { dataDir: string }} system
 * @returns {Promise<Logins>} of those who are in them
 */
export async function ensureDemoData({ dataDir, ...system }) {
  const made = madeEarlier(dataDir);
  if (made) return made;
  const demo = await makeDemoData(system);
  writeFileSync(markerIn(dataDir), JSON.stringify(demo, null, 2), { mode: 0o600 });
  return demo;
}

/** @param {SystemToFill} system @returns {Promise<Logins>} */
async function makeDemoData({ gatewayUrl, adminUrl, adminEmail, adminPassword, signal }) {
  const { accessToken: session } = await call(`${adminUrl}/v1/sessions`, {
    signal,
    body: { email: adminEmail, password: adminPassword },
  });
  await call(`${adminUrl}/v1/provider`, { session, signal, body: provider, method: 'PUT' });
  // Parts of an earlier, interrupted try are left as they are; names carry a tag so that a new try does not meet them.
  const tag = randomBytes(2).toString('hex');
  const reviewer = { email: `reviewer-${tag}@slipway.example`, password: password() };
  await call(`${adminUrl}/v1/staff`, {
    session,
    signal,
    body: { ...reviewer, displayName: 'Rosa Reviewer', role: 'reviewer' },
  });
  const product = await call(`${adminUrl}/v1/products`, {
    session,
    signal,
    body: {
      name: 'Orders API',
      slug: `orders-${tag}`,
      description: 'Customers, orders and invoices.',
      endpoints: { sandbox: 'http://localhost:9080', production: 'http://localhost:9081' },
    },
  });
  await call(`${adminUrl}/v1/products/${product.id}/test-data`, { session, signal, body: testData, method: 'PUT' });
  await call(`${adminUrl}/v1/products/${product.id}/plans`, {
    session,
    signal,
    body: { name: 'Free', sandbox: true, submissionForm: form },
  });
  await call(`${adminUrl}/v1/products/${product.id}/plans`, {
    session,
    signal,
    body: { name: 'Business', sandbox: true, price: { amountMinor: 9900, currency: 'EUR', interval: 'month' } },
  });
  const admin = { username: 'ada', displayName: 'Ada Lovelace', email: 'ada@contoso.example', password: password() };
  const domain = `contoso-${tag}.example`;
  await call(`${gatewayUrl}/v1/partners`, {
    signal,
    body: { name: 'Contoso', domain, programme: 'csp', type: 'direct_bill', admin },
  });
  return { reviewer, partner: { username: `${admin.username}@${domain}`, password: admin.password } };
}
