import { Client } from 'pg';
import { controlOf, eventually, expectStatus, Scenario, startSystem, until, type RunningSystem } from '#libs/testing';
import { loadScript } from '../support/checkout';

interface Pair {
  standbyUrl: string;
  /** Of both, the standby first. */
  url: string;
  killPrimary(): Promise<void>;
  stop(): Promise<void>;
}

/** docs/adr/0030: of several hosts the primary alone is asked; when it is gone, whichever has become it. */
describe('with a primary and its standby', () => {
  let pair: Pair;
  let system: RunningSystem;
  let scenario: Scenario;
  let standby: Client;
  /** Whatever has begun, should the rest not. */
  const ends: (() => Promise<unknown>)[] = [];

  beforeAll(async () => {
    const { startPair } = await loadScript<{ startPair(): Promise<Pair> }>('test', 'support', 'standby.mjs');
    pair = await startPair();
    ends.unshift(() => pair.stop());
    system = await startSystem({ name: 'standby', databaseUrl: pair.url, trustRegistration: true });
    ends.unshift(() => controlOf(system).stop());
    scenario = new Scenario(system);
    standby = new Client({ connectionString: pair.standbyUrl });
    await standby.connect();
    ends.unshift(() => standby.end());
  }, 180_000);
  afterAll(async () => {
    for (const end of ends) await end();
  }, 60_000);

  it('reads nothing of the standby, which is behind, and loses nothing to it', async () => {
    const { sandbox, subscriptionId, key } = await scenario.integrating();
    const { session } = sandbox;
    await standby.query('select pg_wal_replay_pause()');
    const late = await scenario.createKey(sandbox, subscriptionId);
    expectStatus(await scenario.token(late, 'sandbox'), 200);
    expectStatus(await scenario.gateway.delete(`/v1/keys/${late.id}`, { session }), 204);
    expect((await scenario.token(late, 'sandbox')).status).toBe(401);
    const last = await scenario.createKey(sandbox, subscriptionId);

    await pair.killPrimary();
    // The standby still has the deleted key, and none that is as new as the last.
    for (const one of [late, last, key]) expect((await scenario.token(one, 'sandbox')).status).toBe(503);
    expectStatus(await scenario.gateway.get('/v1/keys', { session }), 503);

    await standby.query('select pg_wal_replay_resume()');
    // Not waited for in the statement: what is replayed yet may cancel one that is under way.
    await standby.query('select pg_promote(false)');
    await controlOf(system).waitReady();
    await eventually(async () => expect((await scenario.token(last, 'sandbox')).status).toBe(200));
    expectStatus(await scenario.token(key, 'sandbox'), 200);
    expect((await scenario.token(late, 'sandbox')).status).toBe(401);
    // Everything goes on there, events included.
    const other = await scenario.integrating();
    await until('the message', async () => {
      const { body } = await scenario.gateway.get('/v1/notifications', { session: other.sandbox.session });
      return (body.items as { type: string }[]).some(({ type }) => type === 'identity.key-created.v1');
    });
  }, 120_000);
});
