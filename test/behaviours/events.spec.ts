import { randomUUID } from 'node:crypto';
import Ajv2020 from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import {
  eventually,
  expectProblem,
  expectStatus,
  Scenario,
  sharedSystem,
  until,
  type ApiReply,
  type PartnerAccount,
} from '#libs/testing';
import { textOf } from '../support/checkout';
import { EventStream } from '../support/event-stream';

const scenario = new Scenario(sharedSystem());
const { gateway, admin } = scenario;

interface Event {
  id: string;
  type: string;
  cursor: number;
  data: Record<string, unknown>;
}

const bearer = (session: string) => ({ authorization: `Bearer ${session}` });
const eventsIn = ({ body }: ApiReply): Event[] => body.items as Event[];
const typesOf = (events: { type: string }[]) => events.map(({ type }) => type);
const newcomer = async () => (await scenario.register()).primary;
const approved = 'subscriptions.submission-approved.v1';
const unlocked = 'subscriptions.production-unlocked.v1';

async function read({ session }: { session: string }, query = '') {
  return expectStatus(await gateway.get(`/v1/events${query}`, { session, timeoutMs: 60_000 }), 200);
}

/** All that there is, page by page. */
async function readAll(account: { session: string }, after = 0): Promise<Event[]> {
  const events: Event[] = [];
  for (let cursor = after; ;) {
    const reply = await read(account, `?after=${cursor}&limit=3`);
    events.push(...eventsIn(reply));
    cursor = reply.body.nextCursor as number;
    if (!reply.body.more) return events;
  }
}

const has = (account: { session: string }, type: string) =>
  until(`${type} in the feed`, async () => {
    const events = await readAll(account);
    return events.some((event) => event.type === type) && events;
  });

const streams: EventStream[] = [];
function follow(url: string, session: string, headers: Record<string, string> = {}): EventStream {
  const stream = new EventStream(url, { ...bearer(session), ...headers });
  streams.push(stream);
  return stream;
}
const followAccount = ({ session }: { session: string }, query = '') =>
  follow(`${gateway.baseUrl}/v1/notifications/stream${query}`, session);
const open = (stream: EventStream) => until('the stream to be open', () => Promise.resolve(stream.isOpen));
afterAll(() => streams.forEach((stream) => stream.close()));

describe('B52: GET /v1/events', () => {
  it('has the way to production in its order, once, with cursors that rise by one, and no word of the staff', async () => {
    const { sandbox, primary, subscriptionId } = await scenario.inProduction();
    for (const account of [sandbox, primary]) {
      const events = await has(account, unlocked);
      expect(events.map(({ cursor }) => cursor)).toEqual(events.map((_, index) => index + 1));
      expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
      const own = events.filter(({ type, data }) => data.subscriptionId === subscriptionId && /^subscr/.test(type));
      expect(typesOf(own)).toEqual([
        'subscriptions.subscription-created.v1',
        'subscriptions.submission-received.v1',
        approved,
        unlocked,
      ]);
      expect(own.map(({ data }) => data.sequence)).toEqual([1, 2, 3, 4]);
      expect(JSON.stringify(events)).not.toMatch(/displayName|notes|staff/i);
    }
  });

  it('the id is that of the webhook', async () => {
    const { sandbox, planId } = await scenario.inProduction();
    const webhook = { session: sandbox.session, body: { url: 'https://hooks.partner.example/' } };
    const { id } = expectStatus(await gateway.post('/v1/webhooks', webhook), 201).body as { id: string };
    await scenario.subscribe(sandbox, planId);
    const [delivery] = await until('a delivery', async () => {
      const { body } = await gateway.get(`/v1/webhooks/${id}/deliveries`, { session: sandbox.session });
      return body.items.length > 0 && (body.items as { eventId: string; type: string }[]);
    });
    const { eventId, type } = delivery ?? {};
    expect(await readAll(sandbox)).toContainEqual(expect.objectContaining({ id: eventId, type }));
  });

  it('waits for what comes, and gives it at once', async () => {
    const { sandbox, planId } = await scenario.inProduction();
    await has(sandbox, unlocked);
    const { nextCursor } = (await read(sandbox, '?limit=200')).body as { nextCursor: number };
    const waiting = read(sandbox, `?after=${nextCursor}&wait=50`);
    await scenario.subscribe(sandbox, planId);
    const reply = await waiting;
    expect(typesOf(eventsIn(reply))).toEqual(['subscriptions.subscription-created.v1']);
    expect(reply.body.nextCursor).toBe(nextCursor + 1);
  });

  it('waits no longer than it is to, and says where to go on', async () => {
    const { sandbox } = await scenario.inProduction();
    await has(sandbox, unlocked);
    const { nextCursor } = (await read(sandbox, '?limit=200')).body as { nextCursor: number };
    const reply = await read(sandbox, `?after=${nextCursor}&wait=1`);
    expect(reply.body).toEqual({ items: [], nextCursor, more: false });
  });

  it('takes the session token of a key, and then has that subscription alone', async () => {
    const { sandbox, planId, subscriptionId, key } = await scenario.inProduction();
    const { id: other } = await scenario.subscribe(sandbox, planId);
    const token = expectStatus(await scenario.token(key, 'sandbox'), 200).body.access_token as string;
    await eventually(async () => {
      const all = await readAll(sandbox);
      expect(new Set(all.map(({ data }) => data.subscriptionId))).toEqual(
        new Set([undefined, subscriptionId, other].filter((id) => all.some(({ data }) => data.subscriptionId === id))),
      );
      expect(all.some(({ data }) => data.subscriptionId === other)).toBe(true);
      const own = await readAll({ session: token });
      expect(own.map(({ id }) => id)).toEqual(
        all.filter(({ data }) => data.subscriptionId === subscriptionId).map(({ id }) => id),
      );
      expect(typesOf(own)).toContain('identity.key-created.v1');
    });
  });

  it('a token that was ended follows nothing any more', async () => {
    const { sandbox, key } = await scenario.inProduction();
    const session = expectStatus(await scenario.token(key, 'sandbox'), 200).body.access_token as string;
    await read({ session });
    const waiting = gateway.get('/v1/events?after=999&wait=0', { session });
    expectProblem(await waiting, 400, 'invalid_request');
    expectStatus(await gateway.delete(`/v1/keys/${key.id}?revokeTokens=true`, { session: sandbox.session }), 204);
    expectProblem(await gateway.get('/v1/events', { session }), 401, 'invalid_token');
    const stream = follow(`${gateway.baseUrl}/v1/notifications/stream`, session);
    await until('the stream to be refused', () => Promise.resolve(stream.isOver));
    expect(stream.refusals).toEqual([401]);
    const [header = '', , signature = ''] = session.split('.');
    const forged = Buffer.from(JSON.stringify({ iss: 'https://elsewhere.example/sandbox' })).toString('base64url');
    expectProblem(
      await gateway.get('/v1/events', { session: `${header}.${forged}.${signature}` }),
      401,
      'invalid_token',
    );
  });

  it.each([
    ['?after=-1', 400],
    ['?after=one', 400],
    ['?after=1.5', 400],
    ['?after=99999', 400],
    ['?limit=0', 400],
    ['?limit=201', 400],
    ['?wait=51', 400],
    ['?wait=-1', 400],
    ['?partnerId=00000000-0000-0000-0000-000000000000', 400],
  ])('%s is refused with its field', async (query, status) => {
    const { session } = await newcomer();
    const problem = expectProblem(await gateway.get(`/v1/events${query}`, { session }), status, 'invalid_request');
    expect(JSON.stringify(problem)).toContain(query.slice(1).split('=')[0]);
  });
});

interface OutcomesDocument {
  components: {
    messages: Record<string, { name: string; summary: string; payload: { properties: { data: object } } }>;
  };
}

interface EventType {
  type: string;
  when: string;
  environments: string[];
  webhookFilter: boolean;
  schema: object;
}

describe('B52: GET /v1/event-types', () => {
  const catalogue = async (api = gateway, session: string) => {
    const { body } = expectStatus(await api.get('/v1/event-types', { session }), 200);
    expect(body.nextCursor).toBeNull();
    return body.items as EventType[];
  };

  it('is the same for people, session tokens and staff, and what the document of the stream has', async () => {
    const { sandbox, primary, key } = await scenario.inProduction();
    const token = expectStatus(await scenario.token(key, 'sandbox'), 200).body.access_token as string;
    const own = await catalogue(gateway, sandbox.session);
    for (const session of [primary.session, token]) expect(await catalogue(gateway, session)).toEqual(own);
    expect(await catalogue(admin, await scenario.staff())).toEqual(own);
    const { components } = JSON.parse(textOf('docs', 'outcomes.asyncapi.json')) as OutcomesDocument;
    const documented = Object.values(components.messages).map(({ name, summary, payload }) => [
      name,
      summary,
      payload.properties.data,
    ]);
    const inFeeds = own.filter(({ webhookFilter }) => webhookFilter);
    const dialect = { $schema: 'https://json-schema.org/draft/2020-12/schema' };
    expect(inFeeds.map(({ type, when, schema }) => [type, when, schema])).toEqual(
      documented.map(([name, summary, data]) => [name, summary, { ...dialect, ...(data as object) }]),
    );
    expect(own.filter((one) => !inFeeds.includes(one)).map(({ type }) => type)).toEqual(['webhooks.test.v1']);
  });

  it('has the schema by which each event of a feed is right, and says whose accounts are told', async () => {
    const { sandbox, primary } = await scenario.inProduction();
    const types = new Map((await catalogue(gateway, sandbox.session)).map((one) => [one.type, one]));
    const ajv = addFormats(new Ajv2020());
    for (const [environment, account] of [
      ['sandbox', sandbox],
      ['production', primary],
    ] as const)
      for (const { type, data } of await has(account, unlocked)) {
        const { schema = false, environments = [] } = types.get(type) ?? {};
        expect(environments).toContain(environment);
        expect(ajv.validate(schema, data)).toBe(true);
        const [member = ''] = Object.keys(data);
        expect(ajv.validate(schema, { ...data, [member]: 1 })).toBe(false);
      }
  });

  it('is what webhooks can be narrowed to, and is named where they are narrowed to something else', async () => {
    const { session } = await newcomer();
    const webhookOf = (events: string[]) =>
      gateway.post('/v1/webhooks', { session, body: { url: 'https://hooks.partner.example/', events } });
    const all = await catalogue(gateway, session);
    const types = all.filter(({ webhookFilter }) => webhookFilter).map(({ type }) => type);
    expectStatus(await webhookOf(types), 201);
    const { errors } = expectProblem(await webhookOf(['webhooks.test.v1']), 400, 'invalid_request');
    expect(errors).toEqual([{ pointer: '/events/0', detail: expect.stringContaining('GET /v1/event-types') }]);
  });
});

describe('B52: the stream', () => {
  it('gives what happens from then on, each event once, and resumes where a client stopped', async () => {
    const { sandbox, planId } = await scenario.inProduction();
    await has(sandbox, unlocked);
    const stream = followAccount(sandbox);
    await open(stream);
    const first = await scenario.subscribe(sandbox, planId);
    await until('the first', () => Promise.resolve(stream.events.length === 1));
    stream.close();
    const second = await scenario.subscribe(sandbox, planId);
    const third = await scenario.subscribe(sandbox, planId);
    const last = String(stream.events[0]?.cursor);
    const resumed = follow(`${gateway.baseUrl}/v1/notifications/stream`, sandbox.session, { 'last-event-id': last });
    await until('the others', () => Promise.resolve(resumed.events.length === 2));
    const created = [...stream.events, ...resumed.events];
    expect(created.map(({ data }) => data['subscriptionId'])).toEqual([first.id, second.id, third.id]);
    expect(created.map(({ cursor }) => cursor)).toEqual([0, 1, 2].map((index) => Number(last) + index));
    expect(created.map(({ id }) => id)).toEqual((await readAll(sandbox, Number(last) - 1)).map(({ id }) => id));
  });

  it('begins where it is to', async () => {
    const { sandbox } = await scenario.inProduction();
    const all = await has(sandbox, unlocked);
    const stream = followAccount(sandbox, '?after=0');
    await until('all of it', () => Promise.resolve(stream.events.length >= all.length));
    expect(stream.events.map(({ id }) => id)).toEqual(all.map(({ id }) => id));
  });

  it('B3: has nothing of another account', async () => {
    const [one, other] = [await scenario.inProduction(), await scenario.inProduction()];
    await has(one.sandbox, unlocked);
    const stream = followAccount(one.sandbox);
    await open(stream);
    await scenario.createKey(one.primary, one.subscriptionId);
    await scenario.subscribe(other.sandbox, other.planId);
    const { id } = await scenario.subscribe(one.sandbox, one.planId);
    await until('its own', () => Promise.resolve(stream.events.length > 0));
    expect(stream.events.map(({ data }) => data['subscriptionId'])).toEqual([id]);
  });

  it('ends with the session it was begun by', async () => {
    const { sandbox } = await scenario.inProduction();
    await has(sandbox, unlocked);
    const { session } = await scenario.signIn(sandbox.username, sandbox.domain, sandbox.password);
    const stream = followAccount({ session });
    await open(stream);
    expectStatus(await gateway.delete('/v1/sessions/current', { session }), 204);
    await until('the stream to end, and to be refused', () => Promise.resolve(stream.isOver), 40_000);
    expect(stream.refusals).toEqual([401]);
  }, 60_000);

  it('refuses a place that was never given out, or is none', async () => {
    const { session } = await newcomer();
    for (const place of ['-1', 'x', '1e3', '99999999999999999', `${Number.MAX_SAFE_INTEGER}0`]) {
      const headers = { 'last-event-id': place };
      expectProblem(await gateway.get('/v1/notifications/stream', { session, headers }), 400, 'invalid_request');
    }
    const headers = { 'last-event-id': '77' };
    expectProblem(await gateway.get('/v1/notifications/stream', { session, headers }), 400, 'invalid_request');
  });

  it('an account has so many at once, and gets its places back', async () => {
    const { session } = await newcomer();
    const url = `${gateway.baseUrl}/v1/notifications/stream`;
    const controllers = Array.from({ length: 33 }, () => new AbortController());
    const heads = await Promise.all(controllers.map(({ signal }) => fetch(url, { headers: bearer(session), signal })));
    expect(heads.map(({ status }) => status).sort()).toEqual([...Array<number>(32).fill(200), 429]);
    const refused = heads.find(({ status }) => status === 429);
    expect(await refused?.json()).toMatchObject({ code: 'too_many_followers' });
    const { session: other } = await newcomer();
    expectStatus(await gateway.get('/v1/events', { session: other }), 200);
    for (const controller of controllers) controller.abort();
    await eventually(async () => {
      expectStatus(await gateway.get('/v1/events', { session }), 200);
    });
  });
});

describe('B52: staff', () => {
  let session: string;
  beforeAll(async () => {
    session = await scenario.staff();
  });

  it("follow everybody's, of one environment, and of one partner where they name it", async () => {
    const { body: end } = expectStatus(await admin.get('/v1/events/production?limit=1', { session }), 200);
    expect(end.items.length).toBeLessThanOrEqual(1);
    const stream = follow(`${admin.baseUrl}/v1/events/production/stream`, session);
    await open(stream);
    const { partnerId, subscriptionId, primary } = await scenario.inProduction();
    const own = () => stream.events.filter(({ data }) => data['subscriptionId'] === subscriptionId);
    await until('its unlocking', () => Promise.resolve(typesOf(own()).includes(unlocked)));
    expect(own().map(({ data }) => data['sequence'])).toEqual([1, 2, 3, 4]);
    const cursors = stream.events.map(({ cursor }) => cursor);
    expect(cursors).toEqual(cursors.map((_, index) => (cursors[0] ?? 0) + index));
    const ofOne = await admin.get(`/v1/events/production?partnerId=${partnerId}&limit=200`, { session });
    expect(eventsIn(expectStatus(ofOne, 200)).map(({ id }) => id)).toEqual(
      (await readAll(primary)).map(({ id }) => id),
    );
  });

  it('no partner follows there, and no staff here', async () => {
    const account: PartnerAccount = (await scenario.inProduction()).sandbox;
    expectProblem(await admin.get('/v1/events/sandbox', { session: account.session }), 401, 'session_expired');
    expectProblem(await gateway.get('/v1/events', { session }), 401, 'session_expired');
    expectProblem(await admin.get('/v1/events/staging', { session }), 404, 'not_found');
    const nobody = `?partnerId=${randomUUID()}`;
    expect(eventsIn(expectStatus(await admin.get(`/v1/events/sandbox${nobody}`, { session }), 200))).toEqual([]);
  });
});
