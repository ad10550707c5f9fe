import { randomUUID } from 'node:crypto';
import { jetstream } from '@nats-io/jetstream';
import { eventSubject, eventType, identity } from '#libs/contracts';
import { expectStatus, Scenario, sharedSystem, type PartnerAccount } from '#libs/testing';
import { asBrokerAdministrator } from '../support/broker';
import { asAdministrator } from '../support/postgres';

const system = sharedSystem();
const scenario = new Scenario(system);
const { gateway } = scenario;

const failed = 'identity.sandbox-failed.v1';

const feed = async ({ session }: PartnerAccount, type: string) => {
  const { items } = expectStatus(await gateway.get('/v1/events?limit=200', { session }), 200).body;
  return (items as { type: string; data: object }[]).filter((event) => event.type === type);
};

/** As if it had been asked for, and could not be opened for minutes; told twice, as copies may. */
async function openingHasFailed(partnerId: string): Promise<void> {
  await asAdministrator(system, (client) =>
    client.query(
      `insert into identity.account_requests (environment, partner_id, account_id, domain, state, username, display_name,
         email, password_hash)
       select environment, partner_id, account_id, domain, 'provisioning', 'nobody', 'Nobody', 'nobody@partner.example', ''
       from identity.domains where environment = 'sandbox' and partner_id = $1`,
      [partnerId],
    ),
  );
  const definition = identity.accountOpeningFailed;
  const eventWithItsId = () => ({
    ...{ specversion: '1.0', id: randomUUID(), type: eventType(definition), source: 'slipway/identity' },
    ...{ subject: partnerId, aggregateid: partnerId, aggregateversion: 1, scope: 'sandbox', traceid: 'f'.repeat(32) },
    ...{ time: new Date().toISOString(), datacontenttype: 'application/json' },
    data: { partnerId, reason: 'The spec says so.' },
  });
  await asBrokerAdministrator(system, async (connection) => {
    for (const event of [eventWithItsId(), eventWithItsId()])
      await jetstream(connection).publish(eventSubject(definition, 'sandbox'), JSON.stringify(event));
  });
}

test('B7, B50: a sandbox that could not be opened is told to the primary account alone, once, and opens when it is asked for again', async () => {
  const partner = await scenario.register();
  const { partnerId, primary } = partner;
  const { session } = primary;
  const url = 'https://hooks.partner.example/';
  const webhook = expectStatus(await gateway.post('/v1/webhooks', { session, body: { url } }), 201).body;
  await openingHasFailed(partnerId);
  const { id, text } = await scenario.message(primary, failed);
  expect(text).toContain('ask for it again');
  await scenario.mail(partnerId, failed, (mail) => mail.to === `${primary.username}@partner.example`);
  const { body: deliveries } = await gateway.get(`/v1/webhooks/${webhook.id}/deliveries`, { session });
  expect(deliveries.items.filter(({ type }: { type: string }) => type === failed)).toHaveLength(1);
  expect((await feed(primary, failed))[0]).toMatchObject({ data: { partnerId, sequence: 0 } });

  const sandbox = await scenario.createSandbox(partner);
  await scenario.message(sandbox, 'identity.sandbox-provisioned.v1');
  expect((await scenario.inbox(sandbox)).filter(({ type }) => type === failed)).toEqual([]);
  expect(await feed(sandbox, failed)).toEqual([]);
  expect((await scenario.inbox(primary)).filter(({ type }) => type === failed).map((one) => one.id)).toEqual([id]);
});
