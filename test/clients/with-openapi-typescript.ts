import createClient from 'openapi-fetch';
import type { paths } from './generated/openapi-typescript/gateway';
import { play } from './story';

declare const process: { env: Record<string, string | undefined> };

const slipway = createClient<paths>({ baseUrl: process.env['GATEWAY_URL'] ?? '' });
const as = (session: string) => ({ headers: { authorization: `Bearer ${session}` } });
const basic = (applicationId: string, secret: string) => ({
  headers: { authorization: `Basic ${btoa(`${applicationId}:${secret}`)}` },
});

function dataOf<Data>({ data, error }: { data?: Data; error?: unknown }): Data {
  if (data === undefined) throw new Error(JSON.stringify(error));
  return data;
}

void play({
  register: async (domain, admin) => {
    const body = { name: 'OpenAPI TypeScript', domain, programme: 'csp', type: 'direct_bill', admin };
    return dataOf(await slipway.POST('/v1/partners', { body }));
  },
  signIn: async (username, password) =>
    dataOf(await slipway.POST('/v1/sessions', { body: { username, password } })).accessToken,
  requestSandbox: async (session, admin) => {
    dataOf(await slipway.POST('/v1/sandbox', { ...as(session), body: { admin } }));
  },
  isEligible: async (session) => dataOf(await slipway.GET('/v1/account', as(session))).eligibility.eligible,
  sandboxState: async (session) => dataOf(await slipway.GET('/v1/sandbox', as(session))).state,
  completeSetup: async (session) => {
    dataOf(await slipway.POST('/v1/account/setup', { ...as(session), body: { acceptPolicy: true } }));
  },
  switchOn: async (session) => {
    dataOf(await slipway.PUT('/v1/account/api-access', { ...as(session), body: { enabled: true } }));
  },
  subscribe: async (session, planId) =>
    dataOf(await slipway.POST('/v1/subscriptions', { ...as(session), body: { planId, name: 'Integration' } })),
  createKey: async (session, subscriptionId) =>
    dataOf(await slipway.POST('/v1/keys', { ...as(session), body: { name: 'key', subscriptionId } })),
  token: async (environment, applicationId, secret) => {
    const { headers } = basic(applicationId, secret);
    // By its type openapi-fetch writes a form, and not JSON.
    const sent = {
      headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' },
      body: { grant_type: 'client_credentials' } as const,
    };
    return dataOf(await slipway.POST(`/${environment}/oauth2/token`, sent)).access_token;
  },
  whoami: async (environment, token) => dataOf(await slipway.GET(`/${environment}/whoami`, as(token))),
  submit: async (session, id) =>
    dataOf(
      await slipway.POST('/v1/subscriptions/{id}/submissions', { ...as(session), params: { path: { id } }, body: {} }),
    ),
  read: async (session, id) =>
    dataOf(await slipway.GET('/v1/subscriptions/{id}', { ...as(session), params: { path: { id } } })),
  codeOfRefusal: async (session) => {
    const planId = '0197c4e0-7b1c-7d2e-8f3a-4b5c6d7e8f90';
    return (await slipway.POST('/v1/subscriptions', { ...as(session), body: { planId, name: 'None' } })).error?.code;
  },
});
