import { controlOf, expectStatus, Scenario, startSystem, until, type RunningSystem } from '#libs/testing';
import { asAdministrator } from '../support/postgres';

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

  /** What each copy that has relayed events has raised. */
  const epochs = () =>
    asAdministrator(system, async (client) => {
      const { rows } = await client.query<{ relay: string; epoch: number }>(
        `select 'identity' as relay, epoch::int from identity.leases where name = 'outbox-relay' and scope = 'sandbox'
         union all
         select 'subscriptions', epoch::int from subscriptions.leases where name = 'outbox-relay' and scope = 'shared'`,
      );
      return Object.fromEntries(rows.map(({ relay, epoch }) => [relay, epoch]));
    });
  let before: Record<string, number>;

  it.each(['identity', 'identity-2', 'subscriptions', 'subscriptions-2'])(
    'the copy %s: every read and every act succeeds and is told of, none is done twice, not even when it wakes',
    async (name) => {
      const { sandbox, subscriptionId, planId } = await scenario.integrating();
      const { session } = sandbox;
      const control = controlOf(system);
      before ??= await epochs();
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
        // Whoever relayed the events may be the one that hangs.
        for (const words of ['made the key “Beside”', 'subscribed to “Beside 7”'])
          await until(words, async () => {
            const { body } = await scenario.gateway.get('/v1/notifications', { session });
            return (body.items as { text: string }[]).some(({ text }) => text.includes(words));
          });
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

  it('another has relayed the events of the one that hung', async () => {
    const after = await epochs();
    for (const [relay, epoch] of Object.entries(before)) expect(after[relay]).toBeGreaterThan(epoch);
  });
});
