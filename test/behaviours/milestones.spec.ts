import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expectStatus, Scenario, sharedSystem, until } from '#libs/testing';

const scenario = new Scenario(sharedSystem());
const { gateway } = scenario;

interface Milestone {
  milestone: string;
  reachedAt: string | null;
  requestId: string | null;
}

describe('from registered to the first production 200', () => {
  const receiver = createServer((request, reply) => {
    request.resume().on('end', () => reply.writeHead(204).end());
  });
  beforeAll(() => new Promise<void>((listening) => receiver.listen(0, '127.0.0.1', listening)));
  afterAll(() => {
    receiver.close();
    receiver.closeAllConnections();
  });

  test('B62: a partner sees how far it has come, in both accounts, each step as it happens', async () => {
    const milestones = async (session: string): Promise<Milestone[]> =>
      expectStatus(await gateway.get('/v1/milestones', { session }), 200).body.items;
    const reached = (session: string, milestone: string) =>
      until(milestone, async () =>
        (await milestones(session)).find((one) => one.milestone === milestone && one.reachedAt),
      );

    const { primary, sandbox, subscriptionId, key } = await scenario.integrating();
    for (const milestone of ['registered', 'verified', 'sandbox_ready', 'sandbox_key'])
      await reached(sandbox.session, milestone);
    const open = (await milestones(primary.session)).filter(({ reachedAt }) => !reachedAt);
    expect(open.map(({ milestone }) => milestone)).toEqual([
      ...['sandbox_token', 'sandbox_call', 'webhook', 'submitted', 'approved'],
      ...['production_key', 'production_token', 'production_call'],
    ]);

    const token = expectStatus(await scenario.token(key, 'sandbox'), 200).body.access_token;
    await reached(primary.session, 'sandbox_token');
    expectStatus(await scenario.whoami(token, 'sandbox'), 200);
    expect((await reached(primary.session, 'sandbox_call')).requestId).toMatch(/^[0-9a-f]{32}$/);

    const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`;
    const webhook = await gateway.post('/v1/webhooks', { session: sandbox.session, body: { url } });
    const { id } = expectStatus(webhook, 201).body;
    expectStatus(await gateway.post(`/v1/webhooks/${id}/test`, { session: sandbox.session, body: {} }), 200);
    await reached(sandbox.session, 'webhook');

    const { submissionId } = await scenario.submit(sandbox, subscriptionId);
    await reached(sandbox.session, 'submitted');
    expectStatus(await scenario.decide(submissionId, 'approval'), 200);
    await reached(sandbox.session, 'approved');
    const live = await scenario.createKey(primary, subscriptionId);
    const liveToken = expectStatus(await scenario.token(live, 'production'), 200).body.access_token;
    expectStatus(await scenario.whoami(liveToken, 'production'), 200);
    await reached(sandbox.session, 'production_call');
    const times = (await milestones(sandbox.session)).map(({ reachedAt }) => Date.parse(reachedAt ?? ''));
    expect(times).toEqual([...times].sort((one, other) => one - other));
  });
});
