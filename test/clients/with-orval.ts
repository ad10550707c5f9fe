import * as slipway from './generated/orval/client';
import { play } from './story';

const as = (session: string) => ({ headers: { authorization: `Bearer ${session}` } });
const basic = (applicationId: string, secret: string) => ({
  headers: { authorization: `Basic ${btoa(`${applicationId}:${secret}`)}` },
});
const of = {
  sandbox: { token: slipway.postSandboxOauth2Token, whoami: slipway.getSandboxWhoami },
  production: { token: slipway.postProductionOauth2Token, whoami: slipway.getProductionWhoami },
};

/** The type tells success from refusal by the status. */
function dataOf<Reply extends { status: number; data: unknown }, Status extends number>(
  reply: Reply,
  status: Status,
): Extract<Reply, { status: Status }>['data'] {
  if (reply.status !== status) throw new Error(`${reply.status}: ${JSON.stringify(reply.data)}`);
  return reply.data as Extract<Reply, { status: Status }>['data'];
}

void play({
  register: async (domain, admin) => {
    const registration = { name: 'Orval', domain, programme: 'csp', type: 'direct_bill', admin };
    return dataOf(await slipway.registerPartner(registration), 201);
  },
  signIn: async (username, password) => dataOf(await slipway.signIn({ username, password }), 201).accessToken,
  requestSandbox: async (session, admin) => {
    dataOf(await slipway.requestSandbox({ admin }, as(session)), 202);
  },
  isEligible: async (session) => dataOf(await slipway.getAccount(as(session)), 200).eligibility.eligible,
  sandboxState: async (session) => dataOf(await slipway.getSandbox(as(session)), 200).state,
  completeSetup: async (session) => {
    dataOf(await slipway.completeSetup({ acceptPolicy: true }, as(session)), 200);
  },
  switchOn: async (session) => {
    dataOf(await slipway.setApiAccess({ enabled: true }, as(session)), 200);
  },
  subscribe: async (session, planId) =>
    dataOf(await slipway.createSubscription({ planId, name: 'Integration' }, as(session)), 201),
  createKey: async (session, subscriptionId) =>
    dataOf(await slipway.createKey({ name: 'key', subscriptionId }, as(session)), 201),
  token: async (environment, applicationId, secret) => {
    const form = { grant_type: 'client_credentials' } as const;
    return dataOf(await of[environment].token(form, basic(applicationId, secret)), 200).access_token;
  },
  whoami: async (environment, token) => dataOf(await of[environment].whoami(as(token)), 200),
  submit: async (session, id) => dataOf(await slipway.submitForReview(id, {}, as(session)), 201),
  read: async (session, id) => dataOf(await slipway.getSubscription(id, as(session)), 200),
  codeOfRefusal: async (session) => {
    const planId = '0197c4e0-7b1c-7d2e-8f3a-4b5c6d7e8f90';
    const reply = await slipway.createSubscription({ planId, name: 'None' }, as(session));
    return reply.status === 404 ? reply.data.code : undefined;
  },
});
