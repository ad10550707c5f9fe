// What the attackers have come by honestly: accounts of their own, a form that staff made too costly, a member of staff.
import { Client } from './client.mjs';
import { newKey, newPartner, newPlan, newStaff, signInStaff, subscribe } from './provision.mjs';

/**
 * @typedef {object} Arms
 * @property {string} session a person's, in a sandbox
 * @property {string} token a session token of that sandbox
 * @property {string} apiPath of a product behind the gateway that the token opens
 * @property {string} costlySubscriptionId whose form takes too long to check
 * @property {string} staff a session of an administrator
 * @property {string[]} ours addresses of Slipway itself
 * @property {import('./story.mjs').Known} known whom to guess at
 */

/** @typedef {import('./story.mjs').Given & { natsUrl: string, databaseUrl: string, masterKey: string, known: Arms['known'] }} Given */

/** The service was held up by the first pattern alone for as long as it was let, when JavaScript's engine matched it. */
const costlyForm = {
  steps: [
    {
      id: 'costly',
      title: 'Costly',
      schema: {
        type: 'object',
        properties: {
          text: {
            type: 'string',
            allOf: [
              { pattern: '^a*a*a*a*a*a*[cd]$' },
              ...Array.from({ length: 200 }, (_, index) => ({ pattern: `[ab]*a[ab]{950}[cd][ab]{${index}}[cd]` })),
            ],
          },
        },
      },
    },
  ],
};

/** @param {Given} given @returns {Promise<Arms>} */
export async function takeUpArms({ admin, providerUrl, natsUrl, databaseUrl, known, gatewayUrl, adminUrl }) {
  const client = new Client();
  const edges = { gatewayUrl, adminUrl };
  const first = await signInStaff(client, edges, admin);
  const staff = await signInStaff(client, edges, await newStaff(client, edges, { staff: first, role: 'admin' }));
  const { session } = (await newPartner(client, edges, staff)).sandbox;
  const api = await newPlan(client, edges, { staff, providerUrl });
  const costly = await newPlan(client, edges, { staff, providerUrl, form: costlyForm });
  const key = await newKey(client, edges, {
    session,
    subscriptionId: await subscribe(client, edges, { session, planId: api.planId }),
  });
  const { access_token: token } = await client.obtain('POST', `${gatewayUrl}/sandbox/oauth2/token`, {
    basic: [key.applicationId, key.applicationSecret],
    form: { grant_type: 'client_credentials' },
  });
  const ours = [gatewayUrl, adminUrl, natsUrl, databaseUrl].map((url) => `http://127.0.0.1:${new URL(url).port}/`);
  const costlySubscriptionId = await subscribe(client, edges, { session, planId: costly.planId });
  await newKey(client, edges, { session, subscriptionId: costlySubscriptionId });
  client.close();
  return { session, token, apiPath: `/sandbox/api/${api.slug}/orders`, costlySubscriptionId, staff, ours, known };
}
