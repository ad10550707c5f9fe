import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { environments, services } from '#libs/contracts';
import {
  eventually,
  expectProblem,
  expectStatus,
  Scenario,
  sharedSystem,
  until,
  type PartnerAccount,
} from '#libs/testing';
import { gatewayRoutes, type Named } from '../access/routes';
import { consumersCaughtUp } from '../support/broker';
import { EventStream } from '../support/event-stream';
import { storedInFiles, storedInStreams, type Stored } from '../support/everything-stored';
import { asAdministrator } from '../support/postgres';

const system = sharedSystem();
const scenario = new Scenario(system);
const { gateway, admin } = scenario;

interface Entry {
  id: string;
  text: string;
  by: { kind: string; displayName: string };
  internal?: boolean;
}

const talkAs = async (submissionId: string, body: object) =>
  admin.post(`/v1/reviews/${submissionId}/messages`, { session: await scenario.staff(), body });
const writeAs = ({ session }: PartnerAccount, subscriptionId: string, body: object) =>
  gateway.post(`/v1/subscriptions/${subscriptionId}/messages`, { session, body });
const read = async ({ session }: PartnerAccount, subscriptionId: string) =>
  expectStatus(await gateway.get(`/v1/subscriptions/${subscriptionId}/messages`, { session }), 200).body
    .items as Entry[];

describe('B48: review talk', () => {
  test('B48: both sides write and read; the other is told in its inbox and by mail', async () => {
    const { sandbox, primary, subscriptionId, partnerId } = await scenario.integrating();
    expectProblem(await writeAs(sandbox, subscriptionId, { text: 'Hello?' }), 409, 'subscriptions.not_submitted');
    const { submissionId } = await scenario.submit(sandbox, subscriptionId);
    expectStatus(await writeAs(primary, subscriptionId, { text: 'Is it urgent?' }), 201);
    expectStatus(await talkAs(submissionId, { text: 'Which market is it for?', internal: false }), 201);
    for (const account of [sandbox, primary]) {
      expect(await read(account, subscriptionId)).toMatchObject([
        { text: 'Which market is it for?', by: { kind: 'staff' } },
        { text: 'Is it urgent?', by: { kind: 'person' } },
      ]);
      const { text } = await scenario.message(account, 'subscriptions.message-sent-by-staff.v1');
      expect(text).toContain('Which market is it for?');
      await scenario.message(account, 'subscriptions.message-sent-by-partner.v1');
      const { environment } = account;
      const type = 'subscriptions.message-sent-by-staff.v1';
      await scenario.mail(partnerId, type, (mail) => mail.environment === environment && /market/.test(mail.text));
    }
  });

  test('B48: nothing is attached, whoever writes', async () => {
    const { sandbox, subscriptionId } = await scenario.integrating();
    const { submissionId } = await scenario.submit(sandbox, subscriptionId);
    const attachments = [{ name: 'plan.pdf', data: 'JVBERi0=' }];
    for (const reply of [
      await writeAs(sandbox, subscriptionId, { text: 'See this.', attachments }),
      await talkAs(submissionId, { text: 'See this.', internal: false, attachments }),
    ])
      expect(expectProblem(reply, 400, 'invalid_request').errors).toMatchObject([{ pointer: '/attachments' }]);
    expect(await read(sandbox, subscriptionId)).toEqual([]);
  });
});

/**
 * Every note of a whole review says the same word, and so does, with another, every message: the one is looked for
 * wherever a partner, or whoever listens for it, could come upon it; the other shows that whoever looks there, finds.
 */
describe('B48: internal notes', () => {
  const noted = `noted-${scenario.unique()}-in-house`;
  const said = `said-${scenario.unique()}-to-both`;
  const since = new Date();
  const realFetch = globalThis.fetch;
  /** All that the partners' edge has replied, whoever asked for it. */
  const replies: Stored[] = [];
  const received: Stored[] = [];
  const streams: EventStream[] = [];
  let receiver: Server;
  let webhooksOfProvider: string[];
  let partner: Awaited<ReturnType<Scenario['integrating']>>;
  let messageIds: string[];
  let notesWritten = 0;

  const recordingFetch: typeof fetch = async (input, init) => {
    const response = await realFetch(input, init);
    const address = String(input instanceof Request ? input.url : input);
    const isStream = response.headers.get('content-type')?.startsWith('text/event-stream');
    if (address.startsWith(gateway.baseUrl) && !isStream)
      replies.push({ place: address, data: await response.clone().text() });
    return response;
  };

  /** A note before and after whatever happens. */
  async function note(submissionId: string, headers?: Record<string, string>): Promise<void> {
    const session = await scenario.staff();
    const body = { text: `Note ${(notesWritten += 1)}: ${noted}.`, internal: true };
    expectStatus(await admin.post(`/v1/reviews/${submissionId}/messages`, { session, body, headers }), 201);
  }

  async function say(submissionId: string): Promise<string> {
    return expectStatus(await talkAs(submissionId, { text: `Words: ${said}.`, internal: false }), 201).body.id;
  }

  async function playReview(): Promise<void> {
    const { sandbox, primary, subscriptionId } = partner;
    const first = await scenario.submit(sandbox, subscriptionId);
    await note(first.submissionId, { 'idempotency-key': scenario.unique() });
    messageIds = [await say(first.submissionId)];
    const written = await writeAs(primary, subscriptionId, { text: `We have ${said}.` });
    messageIds.push(expectStatus(written, 201).body.id);
    expectStatus(await scenario.decide(first.submissionId, 'change-request', { notes: `Mind ${said}.` }), 200);
    await note(first.submissionId);
    const second = await scenario.submit(sandbox, subscriptionId);
    await note(second.submissionId);
    expectStatus(await scenario.decide(second.submissionId, 'rejection', { notes: 'No.' }), 200);
    await note(second.submissionId);
    expectStatus(await scenario.decide(second.submissionId, 'reopening', { notes: 'Yes.' }), 200);
    const third = await scenario.submit(sandbox, subscriptionId);
    await note(third.submissionId);
    expectStatus(await scenario.decide(third.submissionId, 'approval'), 200);
    await note(third.submissionId);
    messageIds.push(await say(third.submissionId));
  }

  /** What the partners' edge shows: each of its lists and things, to the people of both accounts. */
  async function readEverything(): Promise<void> {
    const ids: Partial<Record<Named, string>> = { subscription: partner.subscriptionId, key: partner.key.id };
    for (const [route, { who, of, streams: endless }] of Object.entries(gatewayRoutes)) {
      const [method, path = ''] = route.split(' ');
      const id = of && ids[of];
      if (method !== 'GET' || who === 'token' || endless || (path.includes('{') && !id)) continue;
      const address = `${path.replace('{id}', id ?? '')}${/^\/v1\/(notifications|events)$/.test(path) ? '?limit=200' : ''}`;
      if (address.includes('{')) continue;
      for (const { session } of [partner.sandbox, partner.primary]) await gateway.get(address, { session });
    }
  }

  beforeAll(async () => {
    receiver = createServer((request, reply) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const headers = JSON.stringify(request.headers);
        received.push({ place: request.url ?? '', data: `${headers}\n${Buffer.concat(chunks).toString()}` });
        reply.end();
      });
    });
    await new Promise<void>((listening) => receiver.listen(0, '127.0.0.1', listening));
    const url = (path: string) => `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/${path}`;
    partner = await scenario.integrating();
    const staff = await scenario.staff();
    webhooksOfProvider = [];
    for (const { session, environment } of [partner.sandbox, partner.primary]) {
      expectStatus(await gateway.post('/v1/webhooks', { session, body: { url: url(environment) } }), 201);
      const ofProvider = { session: staff, body: { url: url(`provider-${environment}`) } };
      const { id } = expectStatus(await admin.post(`/v1/webhooks/${environment}`, ofProvider), 201).body as {
        id: string;
      };
      webhooksOfProvider.push(`/v1/webhooks/${environment}/${id}`);
      streams.push(
        new EventStream(`${gateway.baseUrl}/v1/notifications/stream`, { authorization: `Bearer ${session}` }),
        new EventStream(`${admin.baseUrl}/v1/events/${environment}/stream`, { authorization: `Bearer ${staff}` }),
      );
    }
    for (const stream of streams) await until('the stream to be open', () => Promise.resolve(stream.isOpen));
    globalThis.fetch = recordingFetch;
    await playReview();
    // The last that is said: what is told has been told then, whatever else was.
    for (const account of [partner.sandbox, partner.primary])
      await eventually(async () => {
        const messages = await scenario.inbox(account);
        const ofStaff = messages.filter(({ type }) => type === 'subscriptions.message-sent-by-staff.v1');
        expect(ofStaff.length).toBeGreaterThanOrEqual(2);
      });
    await consumersCaughtUp(system);
    await readEverything();
  }, 60_000);

  afterAll(async () => {
    globalThis.fetch = realFetch;
    streams.forEach((stream) => stream.close());
    const session = await scenario.staff();
    for (const path of webhooksOfProvider) await admin.delete(path, { session });
    receiver.closeAllConnections();
    await new Promise((closed) => receiver.close(closed));
  });

  const placesOf = (word: string, stored: Iterable<Stored>) =>
    [...stored].filter(({ data }) => data.includes(word)).map(({ place }) => place);

  /** Every table of every service in which a row, written down, has the word. */
  const tablesWith = (word: string) =>
    asAdministrator(system, async (client) => {
      const { rows } = await client.query<{ name: string }>(
        `select c.oid::regclass::text as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
         where c.relkind = 'r' and n.nspname = any($1) order by 1`,
        [services],
      );
      const found: string[] = [];
      for (const { name } of rows) {
        const like = `select from ${name} t where position($1 in t::text) > 0 limit 1`;
        if (((await client.query(like, [word])).rowCount ?? 0) > 0) found.push(name);
      }
      return found;
    });

  test('B48: are all read by staff', async () => {
    const { items } = expectStatus(
      await admin.get(`/v1/reviews?state=approved&partnerId=${partner.partnerId}`, { session: await scenario.staff() }),
      200,
    ).body as { items: { submissionId: string }[] };
    const address = `/v1/reviews/${items[0]?.submissionId}/messages`;
    const talk = expectStatus(await admin.get(address, { session: await scenario.staff() }), 200).body.items as Entry[];
    const notes = talk.filter(({ internal }) => internal);
    expect(notes).toHaveLength(notesWritten);
    for (const { text } of notes) expect(text).toContain(noted);
    expect(talk.filter(({ internal }) => !internal)).toHaveLength(messageIds.length);
  });

  test('B48: are in nothing that the partners’ edge replies', () => {
    expect(placesOf(said, replies).length).toBeGreaterThan(5);
    expect(placesOf(noted, replies)).toEqual([]);
  });

  test('B48: are in no table but their own, and what is kept for whoever of staff repeats a request', async () => {
    expect(await tablesWith(said)).toEqual(
      expect.arrayContaining([
        'subscriptions.review_messages',
        'subscriptions.outbox_shared',
        ...environments.flatMap((environment) => [
          `notifications.messages_${environment}`,
          `notifications.mailings_${environment}`,
        ]),
      ]),
    );
    expect(await tablesWith(noted)).toEqual(['subscriptions.idempotency_shared', 'subscriptions.internal_notes']);
  });

  test('B48: are in no mail', async () => {
    const type = 'subscriptions.message-sent-by-staff.v1';
    for (const environment of environments)
      await scenario.mail(
        partner.partnerId,
        type,
        (mail) => mail.environment === environment && mail.text.includes(said),
      );
    const session = await scenario.staff();
    const { body } = await admin.get(`/v1/mails?partnerId=${partner.partnerId}&limit=200`, { session });
    const mails = body.items.map((mail: object) => ({ place: 'a mail', data: JSON.stringify(mail) })) as Stored[];
    expect(placesOf(said, mails)).not.toEqual([]);
    expect(placesOf(noted, mails)).toEqual([]);
  });

  test('B48: are in nothing that webhooks are sent, of the partner or the provider', async () => {
    for (const place of environments.flatMap((environment) => [`/${environment}`, `/provider-${environment}`]))
      await eventually(() => {
        for (const id of messageIds) expect(placesOf(id, received)).toContain(place);
        return Promise.resolve();
      });
    expect(placesOf(noted, received)).toEqual([]);
    expect(placesOf(said, received)).toEqual([]);
  });

  test('B48: are in no feed that is followed, of the partner or the provider', async () => {
    const session = await scenario.staff();
    for (const stream of streams)
      await eventually(() => {
        for (const id of messageIds) expect(JSON.stringify(stream.events)).toContain(id);
        return Promise.resolve();
      });
    const followed = streams.map(({ events }) => ({ place: 'a stream', data: JSON.stringify(events) }));
    for (const environment of environments) {
      const feed = await admin.get(`/v1/events/${environment}?partnerId=${partner.partnerId}&limit=200`, { session });
      followed.push({ place: `the feed of ${environment}`, data: JSON.stringify(expectStatus(feed, 200).body) });
    }
    for (const id of messageIds) expect(placesOf(id, followed)).toHaveLength(followed.length);
    expect(placesOf(noted, followed)).toEqual([]);
  });

  test('B48: are in no stream of the broker, that of outcomes included', async () => {
    const stored = await storedInStreams(system, since);
    const [id = ''] = messageIds;
    expect(placesOf(id, stored)).toEqual(
      expect.arrayContaining(
        environments.map((environment) => expect.stringContaining(`OUTCOMES_${environment.toUpperCase()}`)),
      ),
    );
    expect(placesOf(said, stored)).not.toEqual([]);
    expect(placesOf(noted, stored)).toEqual([]);
  });

  test('B48: are in no log', () => {
    const logs = [...storedInFiles(join(system.dataDir, 'log'))];
    expect(logs.length).toBeGreaterThan(services.length);
    expect(placesOf(noted, logs)).toEqual([]);
  });
});
