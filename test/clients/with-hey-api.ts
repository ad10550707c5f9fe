import { client } from './generated/hey-api/client.gen';
import * as sdk from './generated/hey-api/sdk.gen';
import { play } from './story';

declare const process: { env: Record<string, string | undefined> };

const as = (session: string) => ({ headers: { authorization: `Bearer ${session}` } });
const basic = (applicationId: string, secret: string) => ({
  headers: { authorization: `Basic ${btoa(`${applicationId}:${secret}`)}` },
});
/** Whatever is not given back is thrown. */
const all = { throwOnError: true } as const;
const sandboxAnd = {
  sandbox: { token: sdk.postSandboxOauth2Token, whoami: sdk.getSandboxWhoami },
  production: { token: sdk.postProductionOauth2Token, whoami: sdk.getProductionWhoami },
};

client.setConfig({ baseUrl: process.env['GATEWAY_URL'] });
void play({
  register: async (domain, admin) => {
    const body = { name: 'Hey API', domain, programme: 'csp', type: 'direct_bill', admin };
    return (await sdk.registerPartner({ ...all, body })).data;
  },
  signIn: async (username, password) => (await sdk.signIn({ ...all, body: { username, password } })).data.accessToken,
  requestSandbox: async (session, admin) => {
    await sdk.requestSandbox({ ...all, ...as(session), body: { admin } });
  },
  isEligible: async (session) => (await sdk.getAccount({ ...all, ...as(session) })).data.eligibility.eligible,
  sandboxState: async (session) => (await sdk.getSandbox({ ...all, ...as(session) })).data.state,
  completeSetup: async (session) => {
    await sdk.completeSetup({ ...all, ...as(session), body: { acceptPolicy: true } });
  },
  switchOn: async (session) => {
    await sdk.setApiAccess({ ...all, ...as(session), body: { enabled: true } });
  },
  subscribe: async (session, planId) =>
    (await sdk.createSubscription({ ...all, ...as(session), body: { planId, name: 'Integration' } })).data,
  createKey: async (session, subscriptionId) =>
    (await sdk.createKey({ ...all, ...as(session), body: { name: 'key', subscriptionId } })).data,
  token: async (environment, applicationId, secret) => {
    const body = { grant_type: 'client_credentials' } as const;
    return (await sandboxAnd[environment].token({ ...all, ...basic(applicationId, secret), body })).data.access_token;
  },
  whoami: async (environment, token) => (await sandboxAnd[environment].whoami({ ...all, ...as(token) })).data,
  submit: async (session, id) => (await sdk.submitForReview({ ...all, ...as(session), path: { id }, body: {} })).data,
  read: async (session, id) => (await sdk.getSubscription({ ...all, ...as(session), path: { id } })).data,
  codeOfRefusal: async (session) => {
    const planId = '0197c4e0-7b1c-7d2e-8f3a-4b5c6d7e8f90';
    const { error } = await sdk.createSubscription({ ...as(session), body: { planId, name: 'None' } });
    return error?.code;
  },
});
