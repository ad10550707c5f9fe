import { randomUUID } from 'node:crypto';
import { fenceMs } from '#libs/contracts';
import { controlOf, Scenario, startSystem, until, type RunningSystem } from '#libs/testing';
import { keepFigure } from '../support/figures';
import { sized } from '../support/size';
import { TokenLoad, type Pair } from './token-load';

const pauseMs = [300, 2_000, 900];

/**
 * "From the moment the call has returned" is literal (docs/adr/0006). Every token tells in its `jti` when it was
 * signed, so whether one was made too late is not a matter of opinion.
 */
describe('after the return, no token', () => {
  let system: RunningSystem;
  let scenario: Scenario;

  beforeAll(async () => {
    system = await startSystem({ name: 'fence', copies: { tokens: 2, identity: 2 }, trustRegistration: true });
    scenario = new Scenario(system);
  }, 180_000);
  afterAll(() => controlOf(system).stop(), 60_000);

  const signal = (name: NodeJS.Signals, ...processes: string[]) =>
    Promise.all(processes.map((process) => controlOf(system).kill(process, name)));
  const passing = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

  /** Stops a process in the middle of whatever it is doing; `over`: it went on as if nothing had been. */
  async function pause(name: string, ms: number): Promise<{ over: Promise<unknown> }> {
    await signal('SIGSTOP', name);
    return { over: passing(ms).then(() => signal('SIGCONT', name)) };
  }

  async function kill(name: string): Promise<{ over: Promise<unknown> }> {
    const control = controlOf(system);
    const before = await control.pid(name);
    await control.kill(name, 'SIGKILL');
    const isBack = async () => ![undefined, before].includes(await control.pid(name));
    return { over: until(`${name} to be started again`, isBack) };
  }

  /**
   * A new pair, and the moment at which the answer was there. A copy that is killed in between may have done it and
   * not answered: the same Idempotency-Key is sent again, which ends the old pair as surely but shows no secret.
   */
  async function regenerate(session: string, keyId: string): Promise<{ pair: Pair; endedAt: number }> {
    const send = async (idempotencyKey: string) => {
      const response = await fetch(`${system.gatewayUrl}/v1/keys/${keyId}/regeneration`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${session}`,
          'content-type': 'application/json',
          'idempotency-key': idempotencyKey,
        },
        body: '{}',
      });
      const receivedAt = Date.now();
      return { receivedAt, status: response.status, body: (await response.json()) as Pair };
    };
    let endedAt: number | undefined;
    return until('the regeneration', async () => {
      const idempotencyKey = randomUUID();
      for (;;) {
        const { receivedAt, status, body } = await send(idempotencyKey);
        if (status >= 500 || status === 409) continue;
        expect(status).toBe(200);
        endedAt ??= receivedAt;
        if (body.applicationSecret) return { pair: body, endedAt };
        break;
      }
      return undefined;
    });
  }

  it('B17: a regenerated pair gets none, under load, with copies paused and killed', async () => {
    const { sandbox, key } = await scenario.integrating();
    const load = new TokenLoad(system, 'sandbox', key);
    const work = load.run(32);
    const regenerations = sized(10, 150);
    const undisturbed = sized(2, 4);
    const disturbances = [
      (index: number) => pause('tokens-2', pauseMs[index % 3] ?? 0),
      (index: number) => pause('identity-2', pauseMs[index % 3] ?? 0),
      (index: number) => pause('tokens', pauseMs[index % 3] ?? 0),
      () => kill('tokens-2'),
      () => kill('identity'),
    ];
    let disturbance: Promise<unknown> = Promise.resolve();
    for (let index = 0; index < regenerations; index += 1) {
      await until('tokens of the pair in force', async () => load.issued(load.current) >= 4, 60_000);
      if (index % undisturbed === undisturbed - 1) {
        await disturbance;
        const number = Math.floor(index / undisturbed);
        disturbance = (await disturbances[number % disturbances.length]?.(number))?.over ?? disturbance;
      }
      const { pair, endedAt } = await regenerate(sandbox.session, key.id);
      load.replace(pair, endedAt);
    }
    await disturbance;
    await until('tokens of the last pair', async () => load.issued(load.current) >= 4, 60_000);
    await until('the last old pair to be refused', async () => load.refused(load.previous) >= 4, 60_000);
    load.stop();
    await work;

    const issued = load.pairs.reduce((sum, pair) => sum + load.issued(pair), 0);
    keepFigure(
      `Fence: ${regenerations} regenerations, 32 callers, copies of tokens and identity paused and killed: ${issued} tokens ` +
        `issued, ${load.refusedAfterEnd()} attempts with an ended pair refused, ${load.violations().length} tokens made too late.`,
    );
    expect(load.violations()).toEqual([]);
    expect(load.pairs).toHaveLength(regenerations + 1);
    for (const pair of load.pairs) expect(load.issued(pair)).toBeGreaterThanOrEqual(4);
    expect(load.issuedBy('oauth')).toBeGreaterThan(regenerations);
    expect(load.issuedBy('eqp')).toBeGreaterThan(regenerations);
    expect(load.refusedAfterEnd()).toBeGreaterThan(regenerations);
  }, 900_000);

  it('B17: an answer about the old pair that waits for a paused copy is of no use after', async () => {
    const { sandbox, key } = await scenario.integrating();
    const identities = ['identity', 'identity-2'];
    const issuers = ['tokens', 'tokens-2'];
    const load = new TokenLoad(system, 'sandbox', key);
    const work = load.run(32);
    const rounds = sized(2, 40);
    for (let round = 0; round < rounds; round += 1) {
      await until('tokens of the pair in force', async () => load.issued(load.current) >= 4);
      await signal('SIGSTOP', ...identities);
      // By then no remembered answer counts any more: every copy has asked, and waits.
      await passing(2 * fenceMs);
      await signal('SIGSTOP', ...issuers);
      await signal('SIGCONT', ...identities);
      // What was asked first is answered first, from what is true before the change.
      const { pair, endedAt } = await regenerate(sandbox.session, key.id);
      load.replace(pair, endedAt);
      await signal('SIGCONT', ...issuers);
      await until('the old pair to be refused', async () => load.refused(load.previous) >= 4);
    }
    load.stop();
    await work;
    expect(load.violations()).toEqual([]);
    expect(load.pairs).toHaveLength(rounds + 1);
  }, 600_000);

  interface SubscriptionWithPlan {
    session: string;
    partnerId: string;
    keyId: string;
    subscriptionId: string;
  }
  interface Ending {
    name: string;
    end: (held: SubscriptionWithPlan) => Promise<Response>;
    /** Whether whoever is signed in may still make tokens for the key: it goes on under another secret. */
    keyGoesOn?: boolean;
  }

  const send = (url: string, method: string, session: string, body?: object) =>
    fetch(url, {
      method,
      headers: { authorization: `Bearer ${session}`, ...(body && { 'content-type': 'application/json' }) },
      body: body && JSON.stringify(body),
    });

  const endings: Ending[] = [
    {
      name: 'B18: after a rotation, the secret before it',
      end: ({ session, keyId }) => send(`${system.gatewayUrl}/v1/keys/${keyId}/rotation`, 'POST', session, {}),
      keyGoesOn: true,
    },
    {
      name: 'B19: a deleted key',
      end: ({ session, keyId }) => send(`${system.gatewayUrl}/v1/keys/${keyId}`, 'DELETE', session),
    },
    {
      name: 'B12: a key of an account whose API access was switched off',
      end: ({ session }) => send(`${system.gatewayUrl}/v1/account/api-access`, 'PUT', session, { enabled: false }),
    },
    {
      name: 'B11: a key of a suspended partner',
      end: async ({ partnerId }) =>
        send(`${system.adminUrl}/v1/partners/${partnerId}/suspension`, 'POST', await scenario.staff(), {
          notes: 'A test.',
        }),
    },
    {
      name: 'B11: a key of a partner that is no longer eligible',
      end: async ({ partnerId }) =>
        send(`${system.adminUrl}/v1/partners/${partnerId}`, 'PATCH', await scenario.staff(), {
          type: 'indirect_reseller',
        }),
    },
    {
      name: 'a key of a cancelled subscription',
      end: ({ session, subscriptionId }) =>
        send(`${system.gatewayUrl}/v1/subscriptions/${subscriptionId}`, 'DELETE', session),
    },
  ];

  it.each(endings)(
    '$name gets none, under load, with a copy paused',
    async ({ end, keyGoesOn }) => {
      const { sandbox, partnerId, planId } = await scenario.integrating();
      const { session } = sandbox;
      for (let round = 0; round < sized(2, 20); round += 1) {
        // A right that has ended for the account or the partner is given back, for the next round.
        await send(`${system.adminUrl}/v1/partners/${partnerId}`, 'PATCH', await scenario.staff(), {
          type: 'direct_bill',
        });
        await send(`${system.adminUrl}/v1/partners/${partnerId}/suspension`, 'DELETE', await scenario.staff());
        await scenario.switchApiAccess(sandbox);
        for (const { id } of (await scenario.gateway.get('/v1/keys', { session })).body.items)
          await scenario.gateway.delete(`/v1/keys/${id}`, { session });
        const subscription = await scenario.subscribe(sandbox, planId);
        const made = await scenario.createKey(sandbox, subscription.id);

        const load = new TokenLoad(system, 'sandbox', made, keyGoesOn ? undefined : { session, keyId: made.id });
        const work = load.run(16);
        await until('tokens of the pair in force', async () => load.issued(load.current) >= 4);
        const paused = round % 3 === 1 ? await pause('tokens-2', 600) : undefined;
        const reply = await end({ session, partnerId, keyId: made.id, subscriptionId: subscription.id });
        load.end(Date.now());
        expect(reply.status).toBeLessThan(300);
        await paused?.over;
        await until('refusals', async () => load.refusedAfterEnd() >= 4);
        load.stop();
        await work;
        expect(load.violations()).toEqual([]);
      }
    },
    600_000,
  );
});
