// `npm run demo`: one partner from sandbox to production, against a running system, each step with its HTTP call.
// Addresses and the administrator come from the same settings as `npm start` and docker-compose.yml; where none are set,
// from the data folder of the system that runs.
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const { env } = process;
/** @param {string | undefined} url @param {string | undefined} port @param {string} otherwise */
const address = (url, port, otherwise) => (url || (port ? `http://localhost:${port}` : otherwise)).replace(/\/+$/, '');

/**
 * Where `npm start` has said that the system is; nothing of one that runs otherwise.
 * @param {string} folder
 * @returns {{ gatewayUrl?: string, adminUrl?: string, adminEmail?: string }}
 */
function addressesIn(folder) {
  try {
    return JSON.parse(readFileSync(join(folder, 'run', 'addresses.json'), 'utf8'));
  } catch {
    return {};
  }
}

const dataDir = resolve(env.SLIPWAY_DATA_DIR || join(import.meta.dirname, '..', '..', '.slipway'));
const running = addressesIn(dataDir);
const gateway = address(
  env.SLIPWAY_PUBLIC_URL,
  env.SLIPWAY_GATEWAY_PORT,
  running.gatewayUrl ?? 'http://localhost:8080',
);
const admin = address(env.SLIPWAY_ADMIN_URL, env.SLIPWAY_ADMIN_PORT, running.adminUrl ?? 'http://localhost:8081');
const adminEmail = env.SLIPWAY_ADMIN_EMAIL || running.adminEmail || 'admin@slipway.example';
const tag = randomBytes(3).toString('hex');
const waitMs = 20_000;

const bold = (/** @type {string} */ text) => (process.stdout.isTTY ? `\u001b[1m${text}\u001b[0m` : text);
let number = 0;
const step = (/** @type {string} */ text) => console.log(`\n${bold(`${++number}. ${text}`)}`);

/**
 * Of the inbox, a timeline, or staff's list of mails.
 * @typedef {object} Item
 * @property {string} type
 * @property {string} title
 * @property {string} text
 * @property {string} at
 * @property {{ displayName: string }} by
 * @property {string} [notes]
 * @property {string} state
 * @property {string | null} to
 * @property {string | null} subject
 */

/**
 * What the story reads of the replies; each holds what its route returns.
 * @typedef {object} Reply
 * @property {string} id
 * @property {string} partnerId
 * @property {string} submissionId
 * @property {string} domain
 * @property {string} accessToken of a person's session
 * @property {string} access_token a session token
 * @property {string} applicationId
 * @property {string} applicationSecret
 * @property {Item[]} items
 */

/**
 * @typedef {object} Sent
 * @property {string} [session] a bearer's
 * @property {[string, string]} [basic] user and password
 * @property {object} [body] as JSON
 * @property {Record<string, string>} [form]
 * @property {boolean} [quiet] printed only if it goes wrong
 */

/**
 * One call, printed; ends the story when the response is not the one it tells of.
 * @param {string} method
 * @param {string} url
 * @param {number} expected
 * @param {Sent} [sent]
 * @returns {Promise<Reply>}
 */
async function call(method, url, expected, { session, basic, body, form, quiet } = {}) {
  const authorization = session
    ? `Bearer ${session}`
    : basic && `Basic ${Buffer.from(basic.join(':')).toString('base64')}`;
  const response = await fetch(url, {
    method,
    headers: {
      ...(authorization && { authorization }),
      ...(body && { 'content-type': 'application/json' }),
      ...(form && { 'content-type': 'application/x-www-form-urlencoded' }),
    },
    body: body ? JSON.stringify(body) : form && new URLSearchParams(form).toString(),
  });
  const text = await response.text();
  const reply = text ? JSON.parse(text) : {};
  if (!quiet || response.status !== expected) {
    console.log(`   ${method} ${url}`);
    if (body ?? form) console.log(`     ${masked(JSON.stringify(body ?? form))}`);
    console.log(`   → ${response.status} ${masked(text).slice(0, 400)}`);
  }
  if (response.status !== expected)
    throw new Error((number <= 2 && remedies[response.status]) || `expected ${expected}`);
  return reply;
}

const masked = (/** @type {string} */ text) =>
  text
    .replace(/("(?:password|client_secret|applicationSecret|accessToken|access_token|ust)":")[^"]{4,}"/g, '$1…"')
    .replace(/slpsk_\w+/g, 'slpsk_…');

/**
 * @template Found
 * @param {string} what
 * @param {() => Promise<Found | undefined>} look
 */
async function until(what, look) {
  const deadline = Date.now() + waitMs;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > deadline) throw new Error(`waited in vain for: ${what}`);
    await new Promise((done) => setTimeout(done, 100));
  }
}

function adminPassword() {
  if (env.SLIPWAY_ADMIN_PASSWORD) return env.SLIPWAY_ADMIN_PASSWORD;
  try {
    return readFileSync(join(dataDir, 'admin-password'), 'utf8').trim();
  } catch {
    throw new Error(`no password of the administrator in ${dataDir}. Set SLIPWAY_ADMIN_PASSWORD, or SLIPWAY_DATA_DIR.`);
  }
}

/** What whoever plays the story can do about a first step that does not work. */
const remedies = /** @type {Record<number, string>} */ ({
  401: 'The password of the administrator has been changed: set SLIPWAY_ADMIN_PASSWORD, or have a new one made (npm run admin:reset).',
  403: 'Staff needs a second factor here. The story is for a system with demo data (SLIPWAY_DEMO=1), where it needs none.',
  429: 'Too many have tried to sign in as the administrator. Try again later.',
});
const newPassword = () => randomBytes(12).toString('base64url');

const form = {
  steps: [
    {
      id: 'company',
      title: 'Your company',
      schema: { type: 'object', required: ['website'], properties: { website: { type: 'string', format: 'uri' } } },
    },
    {
      id: 'integration',
      title: 'Your integration',
      schema: { type: 'object', required: ['summary'], properties: { summary: { type: 'string', minLength: 10 } } },
    },
  ],
};

/** @param {string} staff a session */
async function makeProduct(staff) {
  step('Staff makes a product with endpoints, test data, and a plan with a two-step form');
  const product = await call('POST', `${admin}/v1/products`, 201, {
    session: staff,
    body: {
      name: 'Invoices API',
      slug: `invoices-${tag}`,
      description: 'Invoices and credit notes.',
      endpoints: { sandbox: 'http://localhost:9080', production: 'http://localhost:9081' },
    },
  });
  await call('PUT', `${admin}/v1/products/${product.id}/test-data`, 200, {
    session: staff,
    body: [{ type: 'customer', name: 'Regular', description: 'Has three open invoices', value: 'cus_10001' }],
  });
  return call('POST', `${admin}/v1/products/${product.id}/plans`, 201, {
    session: staff,
    body: { name: 'Standard', sandbox: true, submissionForm: form },
  });
}

/** @param {string} staff a session */
async function register(staff) {
  step('A partner registers; staff verifies what it says of itself');
  const person = {
    username: 'ada',
    displayName: 'Ada Lovelace',
    email: 'ada@fabrikam.example',
    password: newPassword(),
  };
  const domain = `fabrikam-${tag}.example`;
  const { partnerId } = await call('POST', `${gateway}/v1/partners`, 201, {
    body: { name: 'Fabrikam', domain, programme: 'csp', type: 'direct_bill', admin: person },
  });
  await call('PATCH', `${admin}/v1/partners/${partnerId}`, 200, { session: staff, body: { verified: true } });
  return { partnerId, primary: await signIn(`${person.username}@${domain}`, person.password) };
}

/** @param {string} username @param {string} password */
async function signIn(username, password) {
  const { accessToken } = await call('POST', `${gateway}/v1/sessions`, 201, { body: { username, password } });
  return accessToken;
}

/** @param {string} primary a session */
async function openSandbox(primary) {
  step('It creates its sandbox, is told when it is there, and sets it up');
  const person = {
    username: 'sam',
    displayName: 'Sam Sandbox',
    email: 'sam@fabrikam.example',
    password: newPassword(),
  };
  const { domain } = await call('POST', `${gateway}/v1/sandbox`, 202, { session: primary, body: { admin: person } });
  const message = await until('the notification', async () => {
    const { items } = await call('GET', `${gateway}/v1/notifications`, 200, { session: primary, quiet: true });
    return items.find(({ type }) => type === 'identity.sandbox-provisioned.v1');
  });
  console.log(`   Inbox: ${message.title}. ${message.text}`);
  const sandbox = await signIn(`${person.username}@${domain}`, person.password);
  await call('POST', `${gateway}/v1/account/setup`, 200, { session: sandbox, body: { acceptPolicy: true } });
  await call('PUT', `${gateway}/v1/account/api-access`, 200, { session: sandbox, body: { enabled: true } });
  await call('PUT', `${gateway}/v1/account/api-access`, 200, { session: primary, body: { enabled: true } });
  return sandbox;
}

/** @param {string} sandbox a session @param {Reply} plan */
async function buildInSandbox(sandbox, plan) {
  step('It subscribes and makes a key; the secret is seen once');
  const subscription = await call('POST', `${gateway}/v1/subscriptions`, 201, {
    session: sandbox,
    body: { planId: plan.id, name: 'ERP integration' },
  });
  const key = await call('POST', `${gateway}/v1/keys`, 201, {
    session: sandbox,
    body: { name: 'build server', subscriptionId: subscription.id },
  });

  step('A session token, both ways, and a call with it');
  /** @type {[string, string]} */
  const basic = [key.applicationId, key.applicationSecret];
  await call('POST', `${gateway}/sandbox/rest/v1/app/session/token`, 200, {
    basic,
    body: { grant_type: 'session', expires_in: 7200 },
  });
  const { access_token: token } = await call('POST', `${gateway}/sandbox/oauth2/token`, 200, {
    basic,
    form: { grant_type: 'client_credentials' },
  });
  await call('GET', `${gateway}/sandbox/whoami`, 200, { session: token });
  await call('GET', `${gateway}/v1/subscriptions/${subscription.id}/test-data`, 200, { session: sandbox });
  return { subscription, token };
}

/** @param {{ staff: string, sandbox: string, primary: string, subscription: Reply }} story */
async function review({ staff, sandbox, primary, subscription }) {
  const path = `${gateway}/v1/subscriptions/${subscription.id}`;
  step('A production key is refused, with the reasons');
  await call('POST', `${gateway}/v1/keys`, 409, {
    session: primary,
    body: { name: 'live', subscriptionId: subscription.id },
  });

  step('It submits for review');
  const answers = {
    company: { website: 'https://fabrikam.example' },
    integration: { summary: 'Fetches our invoices each night.' },
  };
  const first = await call('POST', `${path}/submissions`, 201, { session: sandbox, body: { answers } });

  step('The reviewer requests changes; without notes that is refused');
  await call('POST', `${admin}/v1/reviews/${first.submissionId}/change-request`, 400, { session: staff, body: {} });
  await call('POST', `${admin}/v1/reviews/${first.submissionId}/change-request`, 200, {
    session: staff,
    body: { notes: 'Please say how you handle rate limits.' },
  });

  step('The partner sees the notes and submits again');
  await call('GET', path, 200, { session: sandbox });
  answers.integration.summary += ' It backs off when told 429.';
  const second = await call('POST', `${path}/submissions`, 201, { session: sandbox, body: { answers } });

  step('The reviewer approves');
  await call('POST', `${admin}/v1/reviews/${second.submissionId}/approval`, 200, {
    session: staff,
    body: { notes: 'Welcome.' },
  });
}

/** @param {{ primary: string, subscription: Reply, sandboxToken: string }} story */
async function goLive({ primary, subscription, sandboxToken }) {
  step('At once the partner makes a production key, and production answers');
  const key = await call('POST', `${gateway}/v1/keys`, 201, {
    session: primary,
    body: { name: 'live', subscriptionId: subscription.id },
  });
  const { access_token: token } = await call('POST', `${gateway}/production/oauth2/token`, 200, {
    basic: [key.applicationId, key.applicationSecret],
    form: { grant_type: 'client_credentials' },
  });
  await call('GET', `${gateway}/production/whoami`, 200, { session: token });

  step('A token opens nothing in the other environment');
  await call('GET', `${gateway}/production/whoami`, 401, { session: sandboxToken });
  await call('GET', `${gateway}/sandbox/whoami`, 401, { session: token });
}

/** @param {string} primary a session @param {Reply} subscription */
async function lookBack(primary, subscription) {
  step('Everything that happened: the timeline, and the inbox of the primary account');
  const { items } = await call('GET', `${gateway}/v1/subscriptions/${subscription.id}/timeline`, 200, {
    session: primary,
    quiet: true,
  });
  for (const item of items)
    console.log(`   ${item.at}  ${item.title} (${item.by.displayName})${item.notes ? `: “${item.notes}”` : ''}`);
  const inbox = await until('the last message', async () => {
    const page = await call('GET', `${gateway}/v1/notifications`, 200, { session: primary, quiet: true });
    return page.items.some(({ type }) => type === 'identity.key-created.v1') ? page.items : undefined;
  });
  for (const message of inbox) console.log(`   • ${message.title}: ${message.text}`);
}

/** @param {string} staff a session @param {string} partnerId */
async function readMails(staff, partnerId) {
  step('What its people were written; without a mail server (SLIPWAY_SMTP) mails are kept, and staff reads them');
  const address = `${admin}/v1/mails?partnerId=${partnerId}&limit=50`;
  const mails = await until('the mail of the approval', async () => {
    const { items } = await call('GET', address, 200, { session: staff, quiet: true });
    const approval = items.find(({ type }) => type === 'subscriptions.submission-approved.v1');
    return approval && approval.state !== 'waiting' ? items : undefined;
  });
  console.log(`   GET ${address}`);
  for (const { state, to, subject } of mails.reverse())
    if (subject !== null) console.log(`   ✉ ${state}, to ${to}: ${subject}`);
}

/** @param {unknown} error */
function causeOf(error) {
  if (!(error instanceof Error)) return String(error);
  const { code } = /** @type {NodeJS.ErrnoException} */ (error.cause ?? {});
  return code === 'ECONNREFUSED'
    ? `Nothing answers at ${gateway} and ${admin}. Is the system running (npm start, or docker compose up)?`
    : error.message;
}

try {
  step('The administrator signs in');
  const { accessToken: staff } = await call('POST', `${admin}/v1/sessions`, 201, {
    body: { email: adminEmail, password: adminPassword() },
  });
  const plan = await makeProduct(staff);
  const { partnerId, primary } = await register(staff);
  const sandbox = await openSandbox(primary);
  const { subscription, token } = await buildInSandbox(sandbox, plan);
  await review({ staff, sandbox, primary, subscription });
  await goLive({ primary, subscription, sandboxToken: token });
  await lookBack(primary, subscription);
  await readMails(staff, partnerId);
  console.log(`\n${bold('From sandbox to production.')}`);
} catch (error) {
  console.error(`\nThe story broke off: ${causeOf(error)}`);
  process.exit(1);
}
