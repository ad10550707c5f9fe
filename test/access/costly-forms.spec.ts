import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  aStep,
  costlyStep,
  costlyText,
  expectProblem,
  expectStatus,
  Scenario,
  sharedSystem,
  until,
  type ApiReply,
  type PartnerAccount,
} from '#libs/testing';
import { atOnce } from '../support/many';

const scenario = new Scenario(sharedSystem());
const { gateway, admin } = scenario;

/** A form whose check never ends in time is staff's mistake, and whoever fills it in can make use of it. */
describe('sixteen submissions at once that take too long to check', () => {
  let provider: Server;
  let attacker: { sandbox: PartnerAccount; subscriptionId: string };
  let other: Awaited<ReturnType<Scenario['integrating']>>;
  let whileAttacked: () => Promise<ApiReply[]>;

  beforeAll(async () => {
    provider = createServer((_request, reply) => reply.end('{}'));
    await new Promise<void>((done) => provider.listen(0, '127.0.0.1', done));
    const endpoint = `http://127.0.0.1:${(provider.address() as AddressInfo).port}`;
    const product = await scenario.product({ sandbox: endpoint });
    const { id: planId } = await scenario.plan({}, product.id);
    other = await scenario.integrating({ submissionForm: { steps: [aStep] } });
    attacker = await scenario.integrating({ submissionForm: { steps: [costlyStep] } });
    const called = await scenario.subscribe(other.sandbox, planId);
    const key = await scenario.createKey(other.sandbox, called.id);
    const { access_token: token } = expectStatus(await scenario.token(key, 'sandbox'), 200).body;
    const staff = await scenario.staff();
    const { session } = other.sandbox;
    whileAttacked = () =>
      Promise.all([
        admin.get('/v1/reviews', { session: staff }),
        gateway.get('/v1/products', { session }),
        gateway.get(`/v1/subscriptions/${other.subscriptionId}`, { session }),
        scenario.token(key, 'sandbox'),
        gateway.get(`/sandbox/api/${product.slug}/orders`, { session: token }),
      ]);
  });
  afterAll(() => new Promise((done) => provider.close(done)));

  const attack = () =>
    gateway.post(`/v1/subscriptions/${attacker.subscriptionId}/submissions`, {
      session: attacker.sandbox.session,
      body: { answers: { costly: { text: costlyText } } },
    });

  function expectRefused(reply: ApiReply): number {
    if (reply.status === 400)
      expect(expectProblem(reply, 400, 'invalid_request').errors).toEqual([
        { pointer: '/answers', detail: 'These answers could not be checked against the form.' },
      ]);
    else {
      if (reply.status === 429) expectProblem(reply, 429, 'subscriptions.answers_too_costly');
      else expectProblem(reply, 503, 'unavailable');
      expect(Number(reply.headers.get('retry-after'))).toBeGreaterThan(0);
    }
    return reply.status;
  }

  it('hold up neither staff, nor catalogue, nor tokens, nor data plane, nor who submits beside them', async () => {
    let isOver = false;
    const attacked = atOnce(16, attack).finally(() => (isOver = true));
    const submitted = scenario.submit(other.sandbox, other.subscriptionId, { company: { name: 'Contoso' } });

    let rounds = 0;
    for (; !isOver; rounds += 1) for (const reply of await whileAttacked()) expectStatus(reply, 200);
    expect(rounds).toBeGreaterThan(3);
    await submitted;

    for (const reply of await attacked) expectRefused(reply);
    // Where the machine was too busy for a reply in time, it is found out all the same.
    await until('it to be found out', async () => expectRefused(await attack()) !== 503);
  });
});
