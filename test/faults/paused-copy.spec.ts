import { controlOf, expectStatus, Scenario, startSystem, type RunningSystem } from '#libs/testing';

/** A copy that hangs keeps its place in the queue group: what goes to it is not answered, and not refused (docs/adr/0027). */
describe('when one of two copies hangs', () => {
  let system: RunningSystem;
  let scenario: Scenario;

  beforeAll(async () => {
    const copies = { identity: 2, subscriptions: 2 };
    system = await startSystem({ name: 'paused-copy', trustRegistration: true, copies });
    scenario = new Scenario(system);
  }, 180_000);
  afterAll(() => controlOf(system).stop(), 60_000);

  it.each(['identity', 'subscriptions'])(
    'a copy of %s: every read and every act succeeds, none is done twice, not even when it wakes',
    async (name) => {
      const { sandbox, subscriptionId, planId } = await scenario.integrating();
      const { session } = sandbox;
      const control = controlOf(system);
      await control.kill(name, 'SIGSTOP');
      try {
        const reads = Array.from({ length: 8 }, () => scenario.gateway.get('/v1/subscriptions', { session }));
        for (const reply of await Promise.all(reads)) expectStatus(reply, 200);
        const acts = Array.from({ length: 8 }, (_, index) =>
          scenario.gateway.post('/v1/subscriptions', { session, body: { planId, name: `Beside ${index}` } }),
        );
        for (const reply of await Promise.all(acts)) expectStatus(reply, 201);
        const key = await scenario.gateway.post('/v1/keys', { session, body: { name: 'Beside', subscriptionId } });
        expect(expectStatus(key, 201).body.applicationSecret).toEqual(expect.stringMatching(/^slpsk_/));
      } finally {
        await control.kill(name, 'SIGCONT');
      }
      // It answers again, and so has read what waited for it.
      await control.waitReady();
      for (let count = 0; count < 8; count += 1) expectStatus(await scenario.gateway.get('/v1/keys', { session }), 200);
      const made = expectStatus(await scenario.gateway.get('/v1/subscriptions', { session }), 200).body.items;
      const beside = made
        .map(({ name: own }: { name: string }) => own)
        .filter((own: string) => own.startsWith('Beside'));
      expect([...beside].sort()).toEqual(Array.from({ length: 8 }, (_, index) => `Beside ${index}`));
      const keys = expectStatus(await scenario.gateway.get('/v1/keys', { session }), 200).body.items;
      expect(keys.filter(({ name: own }: { name: string }) => own === 'Beside')).toHaveLength(1);
    },
    60_000,
  );
});
