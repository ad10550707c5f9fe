import { Webhook as Verifier } from 'standardwebhooks';
import { notifications, webhookTest, type PersonCaller, type WebhookId } from '#libs/contracts';
import { aPerson, aStaffMember, until } from '#libs/testing';
import { OnOutcome } from '../event-handlers/on-outcome/on-outcome.event-handler';
import { attemptsMax } from '../domain/delivery-schedule';
import type { Received } from '../spec-support/receiver';
import { WebhookSpec } from '../spec-support/webhook-spec';
import {
  claimDeliveries,
  claimStatement,
  recordAttempts,
  type Bulkheads,
  type MadeAttempt,
} from '../storage/deliveries.repository';
import { WebhookDeliveries } from './webhook-deliveries';
import { WebhookSender } from './webhook-sender';

const headersOf = ({ headers }: Received) => ({
  'webhook-id': String(headers['webhook-id']),
  'webhook-timestamp': String(headers['webhook-timestamp']),
  'webhook-signature': String(headers['webhook-signature']),
});
const verified = (received: Received, secret: string | null) =>
  new Verifier(secret ?? '').verify(received.body, headersOf(received));

const failing = 'notifications.webhook-failing.v1';
const disabled = 'notifications.webhook-disabled.v1';
const works = 'notifications.webhook-verified.v1';

describe('B51: a webhook', () => {
  let spec: WebhookSpec;

  /** As if it had accepted nothing for so long; it is looked at. */
  const daysLater = async (id: string, days: number) => {
    const { rows } = await spec.service.admin.query<{ epoch: string }>(
      `update notifications.webhooks set failing_since = now() - make_interval(days => $2), next_attempt_at = now()
       where id = $1 returning lease_epoch as epoch`,
      [id, days],
    );
    await until('it to be looked at', async () => {
      const looked = `select 1 from notifications.webhooks where id = $1 and lease_epoch > $2 and lease_until is null`;
      return (await spec.service.admin.query(looked, [id, rows[0]?.epoch])).rowCount === 1;
    });
  };
  /** What it was sent, or is to be sent. */
  const bodiesFor = async (id: string) => {
    const { rows } = await spec.service.admin.query<{ body: string }>(
      `select e.body from notifications.deliveries d
       join notifications.public_events e on e.environment = d.environment and e.id = d.event_id
       where d.webhook_id = $1 order by d.id`,
      [id],
    );
    return rows.map(({ body }) => JSON.parse(body) as { type: string; data: Record<string, unknown> });
  };

  beforeAll(async () => {
    spec = await WebhookSpec.open();
  });
  afterAll(() => spec.close());
  afterEach(() => {
    spec.receiver.replies = (_received, reply) => void reply.writeHead(200).end('ok');
  });

  describe('of an account', () => {
    it('is sent what happens, signed, under the id of the event', async () => {
      const person = aPerson('sandbox');
      const { path, id, secret } = await spec.webhook(person);
      const event = await spec.approve(person.partnerId);
      const [received] = await spec.arrived(path);
      if (!received) throw new Error('nothing came');
      expect(verified(received, secret)).toEqual({
        type: event.type,
        timestamp: event.time,
        data: expect.objectContaining({ partnerId: person.partnerId, sequence: 4 }),
      });
      expect(received.headers['webhook-id']).toBe(event.id);
      expect(received.body).not.toMatch(/Rosa|Well done/);
      const delivery = await spec.delivered(id);
      const shown = await spec.call(notifications.getDelivery, { webhookId: id, deliveryId: delivery.id }, person);
      expect(shown).toMatchObject({
        ...{ state: 'delivered', attempts: 1, lastStatus: 200, body: received.body, eventId: event.id },
        log: [{ status: 200, excerpt: 'ok', error: null, latencyMs: expect.any(Number) }],
      });
    });

    it('B62: is said to work once it has accepted something, once, and in no inbox', async () => {
      const person = aPerson('sandbox');
      const { id } = await spec.webhook(person);
      const said = async () =>
        (await spec.service.published()).filter(({ type, data }) => type === works && data['webhookId'] === id);
      let status = 500;
      spec.receiver.replies = (_received, reply) => reply.writeHead(status).end();
      await spec.approve(person.partnerId);
      await spec.delivered(id, ({ last_status: last }) => last === 500);
      expect(await said()).toEqual([]);
      status = 200;
      for (let times = 1; times <= 2; times += 1) {
        await spec.approve(person.partnerId);
        await until('it to be delivered', async () => {
          const delivered = (await spec.deliveries(id)).filter(({ state }) => state === 'delivered');
          return delivered.length === times;
        });
      }
      expect(await said()).toMatchObject([{ scope: 'sandbox', data: { partnerId: person.partnerId } }]);
      const { items } = await spec.call(notifications.listMessages, {}, person);
      expect(items.filter(({ type }) => type === works)).toEqual([]);
    });

    it('a changed byte, another secret or an old time does not verify', async () => {
      const person = aPerson('sandbox');
      const { path, secret } = await spec.webhook(person);
      await spec.approve(person.partnerId);
      const [received] = await spec.arrived(path);
      if (!received) throw new Error('nothing came');
      const other = await spec.webhook(person);
      expect(() =>
        verified({ ...received, body: received.body.replace('sequence":4', 'sequence":5') }, secret),
      ).toThrow();
      expect(() => verified(received, other.secret)).toThrow();
      const old = String(Math.floor(Date.now() / 1_000) - 600);
      expect(() =>
        verified({ ...received, headers: { ...received.headers, 'webhook-timestamp': old } }, secret),
      ).toThrow();
    });

    it('is told nothing of another account, another environment, or of what it does not want', async () => {
      const person = aPerson('sandbox');
      const all = await spec.webhook(person);
      const some = await spec.webhook(person, { events: ['identity.key-created.v1'] });
      const inProduction = await spec.webhook(aPerson('production', { partnerId: person.partnerId }));
      const stranger = await spec.webhook(aPerson('sandbox'));
      await spec.approve(person.partnerId);
      await spec.arrived(all.path);
      for (const { id } of [some, inProduction, stranger]) expect(await spec.deliveries(id)).toEqual([]);
    });

    it('is sent an event once, however often the event comes', async () => {
      const person = aPerson('sandbox');
      const { id, path } = await spec.webhook(person);
      const event = spec.anApproval(person.partnerId);
      await spec.happen([event]);
      await spec.service.admin.query('delete from notifications.messages where event_id = $1', [event.id]);
      await spec.happen([event]);
      await spec.delivered(id);
      expect([spec.receiver.at(path).length, (await spec.deliveries(id)).length]).toEqual([1, 1]);
    });
  });

  describe("of the provider's own", () => {
    it('is told what every partner is told', async () => {
      const { path } = await spec.webhook(aStaffMember());
      const ids = [await spec.approve(aPerson('sandbox').partnerId), await spec.approve(aPerson('sandbox').partnerId)];
      const received = await spec.arrived(path, 2);
      const own = received.map(({ headers }) => headers['webhook-id']);
      expect(own).toEqual(expect.arrayContaining(ids.map(({ id }) => id)));
    });
  });

  describe('that does not accept', () => {
    it('is sent the same bytes under the same id, on the schedule, and at last no more', async () => {
      const person = aPerson('sandbox');
      spec.receiver.replies = (_received, reply) => void reply.writeHead(500).end('no');
      const { id, path, secret } = await spec.webhook(person);
      await spec.approve(person.partnerId);
      const waits: number[] = [];
      for (let attempt = 1; attempt < attemptsMax; attempt += 1) {
        const { seconds } = await spec.delivered(
          id,
          ({ attempts, seconds: left }) => attempts === attempt && left !== null && left > 1,
        );
        waits.push(seconds ?? 0);
        await spec.due(id);
      }
      const last = await spec.delivered(id, ({ state }) => state === 'failed');
      expect(last).toMatchObject({ attempts: attemptsMax, last_status: 500, seconds: null });
      const received = await spec.arrived(path, attemptsMax);
      expect(received).toHaveLength(attemptsMax);
      expect(new Set(received.map(({ body }) => body)).size).toBe(1);
      expect(new Set(received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
      for (const one of received) verified(one, secret);
      const minimal = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];
      waits.forEach((seconds, index) => {
        const least = minimal[index] ?? 0;
        expect(seconds).toBeGreaterThan(least - 3);
        expect(seconds).toBeLessThanOrEqual(least * 1.1 + 1);
      });
    });

    it('comes back when the server has said to, and not before', async () => {
      const person = aPerson('sandbox');
      spec.receiver.replies = (_received, reply) => void reply.writeHead(503, { 'retry-after': '3600' }).end();
      const { id } = await spec.webhook(person);
      await spec.approve(person.partnerId);
      const { seconds } = await spec.delivered(id, ({ last_status: status }) => status === 503);
      expect(seconds).toBeGreaterThan(3_500);
      expect(seconds).toBeLessThan(3_970);
    });

    it('works again from its first success on', async () => {
      const person = aPerson('sandbox');
      spec.receiver.replies = (_received, reply) => void reply.writeHead(500).end();
      const { id } = await spec.webhook(person);
      await spec.approve(person.partnerId);
      await spec.delivered(id, ({ last_status: status }) => status === 500);
      const get = () => spec.call(notifications.getWebhook, { webhookId: id }, person);
      expect((await get()).failingSince).not.toBeNull();
      spec.receiver.replies = (_received, reply) => void reply.writeHead(204).end();
      await spec.due(id);
      await spec.delivered(id);
      expect((await get()).failingSince).toBeNull();
    });

    it('what a copy says that was paused for longer than its lease is logged, and changes nothing', async () => {
      const person = aPerson('sandbox');
      spec.receiver.replies = (_received, reply) => void reply.writeHead(500).end();
      const { id } = await spec.webhook(person);
      await spec.approve(person.partnerId);
      const { id: deliveryId } = await spec.delivered(id, ({ last_status: status }) => status === 500);
      // Another copy has claimed it since.
      const { rows } = await spec.service.admin.query<{ epoch: string }>(
        `update notifications.deliveries set lease_epoch = lease_epoch + 2, lease_until = now() + interval '1 hour'
         where id = $1 returning (lease_epoch - 1)::text as epoch`,
        [deliveryId],
      );
      const late: MadeAttempt = {
        ...{ id: deliveryId, epoch: rows[0]?.epoch ?? '', partnerId: person.partnerId, webhookId: id as WebhookId },
        ...{ state: 'delivered', retrySeconds: null, at: new Date().toISOString(), status: 204 },
        ...{ latencyMs: 90_000, excerpt: null, error: null },
      };
      // Twice: a writing whose answer was lost is made again.
      for (let time = 0; time < 2; time += 1)
        await spec.service.database.transaction('sandbox', 'none', ({ manager }) =>
          recordAttempts(manager, 'sandbox', [late]),
        );
      const shown = await spec.call(notifications.getDelivery, { webhookId: id, deliveryId }, person);
      expect(shown).toMatchObject({ state: 'waiting', lastStatus: 500, log: [{ status: 204 }, { status: 500 }] });
    });

    it('for more than a second is paused after each attempt, and nothing is claimed for it meanwhile', async () => {
      const person = aPerson('sandbox');
      spec.receiver.replies = (_received, reply) => void reply.writeHead(500).end();
      const { id, path } = await spec.webhook(person);
      const set = (values: string) =>
        spec.service.admin.query(`update notifications.webhooks set ${values} where id = $1`, [id]);
      const pausedFor = async () => {
        const { rows } = await spec.service.admin.query<{ seconds: number | null }>(
          'select extract(epoch from paused_until - now())::float8 as seconds from notifications.webhooks where id = $1',
          [id],
        );
        return rows[0]?.seconds ?? null;
      };
      await spec.approve(person.partnerId);
      await spec.delivered(id, ({ last_status: status }) => status === 500);
      // It may have a fault with this one alone.
      expect(await pausedFor()).toBeNull();
      await set(`failing_since = now() - interval '5 seconds'`);
      await spec.due(id);
      await spec.delivered(id, ({ attempts, seconds }) => attempts === 2 && seconds !== null && seconds > 1);
      expect(await pausedFor()).toBeLessThanOrEqual(1);
      await set(`paused_until = now() + interval '1 hour'`);
      const other = await spec.webhook(person);
      await spec.due(id);
      const event = await spec.approve(person.partnerId);
      await spec.arrived(other.path);
      expect(spec.receiver.at(path)).toHaveLength(2);
      spec.receiver.replies = (_received, reply) => void reply.writeHead(200).end();
      await set('paused_until = now()');
      const received = await spec.arrived(path, 4);
      expect(received.map(({ headers }) => headers['webhook-id'])).toContain(event.id);
      expect(await spec.call(notifications.getWebhook, { webhookId: id }, person)).toMatchObject({
        failingSince: null,
      });
    });

    it('is switched off where it answers 410, and its owner is told', async () => {
      const person = aPerson('sandbox');
      const other = await spec.webhook(person);
      const { id, path } = await spec.webhook(person);
      spec.receiver.replies = (received, reply) => void reply.writeHead(received.path === path ? 410 : 200).end();
      await spec.approve(person.partnerId);
      await until('it to be off', async () => {
        const { enabled, disabledReason } = await spec.call(notifications.getWebhook, { webhookId: id }, person);
        return !enabled && disabledReason === 'gone';
      });
      await spec.takeOwn();
      await spec.approve(person.partnerId);
      const received = await spec.arrived(other.path, 3);
      const published = received.map(({ body }) => JSON.parse(body)).filter(({ type }) => type === disabled);
      expect(published).toMatchObject([{ data: { partnerId: person.partnerId, webhookId: id, reason: 'gone' } }]);
      expect(spec.receiver.at(path)).toHaveLength(1);
      await spec.delivered(id, ({ state }) => state === 'ended');
      const { items } = await spec.call(notifications.listMessages, {}, person);
      expect(items.filter(({ type }) => type === disabled)).toHaveLength(1);
      const feed = await spec.call(notifications.listEvents, {}, person);
      expect(feed.items.filter(({ type }) => type === disabled)).toMatchObject([{ data: { webhookId: id } }]);
      const { rows } = await spec.service.admin.query('select type from notifications.mailings where partner_id = $1', [
        person.partnerId,
      ]);
      expect(rows).toContainEqual({ type: disabled });
    });

    it('is sent nothing of itself, and no two that fail tell of each other for ever', async () => {
      const person = aPerson('sandbox');
      spec.receiver.replies = (_received, reply) => void reply.writeHead(500).end();
      const both = [await spec.webhook(person), await spec.webhook(person)];
      await spec.approve(person.partnerId);
      for (const { id } of both) {
        await spec.delivered(id, ({ last_status: status }) => status === 500);
        await daysLater(id, 1);
      }
      expect(await spec.takeOwn()).toHaveLength(2);
      for (const { id } of both) {
        await daysLater(id, 1);
        const published = (await bodiesFor(id)).filter(({ type }) => type === failing);
        const other = both.find((one) => one.id !== id)?.id;
        expect(published.map(({ data }) => data['webhookId'])).toEqual([other]);
      }
      expect(await spec.takeOwn()).toEqual([]);
    });

    it('of the provider: told to its other webhooks, and in no inbox', async () => {
      const staff = aStaffMember('admin');
      spec.receiver.replies = (_received, reply) => void reply.writeHead(200).end();
      const other = await spec.webhook(staff);
      spec.receiver.replies = (received, reply) => void reply.writeHead(received.path === other.path ? 200 : 410).end();
      const { id } = await spec.webhook(staff);
      await spec.call(notifications.testWebhook, { webhookId: id }, staff);
      await until('it to be off', async () => {
        const webhook = await spec.call(notifications.getWebhook, { webhookId: id }, staff);
        return !webhook.enabled;
      });
      const event = (await spec.takeOwn()).find(({ aggregateid }) => aggregateid === id);
      expect(event).toMatchObject({ type: disabled, data: { partnerId: null, webhookId: id } });
      // What is published of others' webhooks arrives there, too.
      await until('the other to be sent it', () =>
        Promise.resolve(spec.receiver.at(other.path).some(({ headers }) => headers['webhook-id'] === event?.id)),
      );
      const messages = 'select 1 from notifications.messages where event_id = $1';
      expect((await spec.service.admin.query(messages, [event?.id])).rowCount).toBe(0);
      for (const webhookId of [id, other.id]) await spec.call(notifications.deleteWebhook, { webhookId }, staff);
    });

    it('B51: no event has its path, in which others put their keys', async () => {
      const person = aPerson('sandbox');
      spec.receiver.replies = (_received, reply) => void reply.writeHead(410).end();
      const { id, path } = await spec.webhook(person, { description: 'Parcel desk' });
      await spec.approve(person.partnerId);
      const events = await until('it to be published', async () => {
        const found = (await spec.service.published(notifications.webhookDisabled)).filter(
          ({ data }) => data['webhookId'] === id,
        );
        return found.length > 0 && found;
      });
      expect(events).toMatchObject([
        { data: { description: 'Parcel desk', host: new URL(spec.receiver.url('')).host } },
      ]);
      expect(JSON.stringify(events)).not.toContain(path);
      await spec.takeOwn();
    });

    it('is warned of after a day and after four, once each, and switched off after five', async () => {
      const person = aPerson('sandbox');
      spec.receiver.replies = (_received, reply) => void reply.writeHead(500).end();
      const { id } = await spec.webhook(person);
      await spec.approve(person.partnerId);
      await spec.delivered(id, ({ last_status: status }) => status === 500);
      const types = async () => {
        await spec.takeOwn();
        const { items } = await spec.call(notifications.listMessages, {}, person);
        return items.map(({ type }) => type).filter((type) => type.startsWith('notifications.'));
      };
      await daysLater(id, 0);
      expect(await types()).toEqual([]);
      for (const days of [1, 1, 3]) await daysLater(id, days);
      expect(await types()).toEqual([failing]);
      for (const days of [4, 4]) await daysLater(id, days);
      expect(await types()).toEqual(Array.from({ length: 2 }, () => failing));
      await daysLater(id, 5);
      expect((await types())[0]).toBe(disabled);
      const webhook = await spec.call(notifications.getWebhook, { webhookId: id }, person);
      expect(webhook).toMatchObject({ enabled: false, disabledReason: 'failing', failingSince: null });
      await spec.delivered(id, ({ state }) => state === 'ended');
      expect((await spec.service.acts()).map(({ action }) => action)).toContain('notifications.disable-webhook');
    });
  });

  describe('whose secret is rotated', () => {
    it('is sent both signatures while the rotation lasts, and then that of the new one', async () => {
      const person = aPerson('sandbox');
      const { id, path, secret: before } = await spec.webhook(person);
      const rotate = (overlapSeconds?: number) =>
        spec.call(notifications.rotateWebhookSecret, { webhookId: id, overlapSeconds }, person);
      const { secret: after, previousSecretUntil } = await rotate();
      expect(Date.parse(previousSecretUntil ?? '') - Date.now()).toBeGreaterThan(86_000_000);
      await spec.approve(person.partnerId);
      const [first] = await spec.arrived(path);
      if (!first) throw new Error('nothing came');
      expect(String(first.headers['webhook-signature']).split(' ')).toHaveLength(2);
      for (const secret of [before, after]) verified(first, secret);
      const { secret: last } = await rotate(0);
      await spec.approve(person.partnerId);
      const [, second] = await spec.arrived(path, 2);
      if (!second) throw new Error('nothing came');
      verified(second, last);
      for (const secret of [before, after]) expect(() => verified(second, secret)).toThrow();
    });

    it('that before signs no more when its time is over', async () => {
      const person = aPerson('sandbox');
      const { id, path, secret: before } = await spec.webhook(person);
      const { secret: after } = await spec.call(notifications.rotateWebhookSecret, { webhookId: id }, person);
      await spec.service.admin.query(
        `update notifications.webhooks set previous_secret_until = now() - interval '1 second' where id = $1`,
        [id],
      );
      await spec.approve(person.partnerId);
      const [received] = await spec.arrived(path);
      if (!received) throw new Error('nothing came');
      verified(received, after);
      expect(() => verified(received, before)).toThrow();
    });
  });

  describe('that somebody wants to see work', () => {
    it('is sent a test, whatever it wants to be told', async () => {
      const person = aPerson('sandbox');
      const { id, path, secret } = await spec.webhook(person, { events: ['identity.key-created.v1'] });
      const test = await spec.call(notifications.testWebhook, { webhookId: id }, person);
      const [received] = await spec.arrived(path);
      if (!received) throw new Error('nothing came');
      expect(verified(received, secret)).toMatchObject({ type: webhookTest.type, data: { webhookId: id } });
      expect(received.headers['webhook-id']).toBe(test.eventId);
    });
  });

  describe('that is to be sent something again', () => {
    it('gets the same bytes under the same id, signed anew', async () => {
      const person = aPerson('sandbox');
      const { id, path, secret } = await spec.webhook(person);
      await spec.approve(person.partnerId);
      const { id: deliveryId } = await spec.delivered(id);
      await spec.call(notifications.replayDelivery, { webhookId: id, deliveryId }, person);
      const [first, second] = await spec.arrived(path, 2);
      if (!first || !second) throw new Error('nothing came');
      expect([second.body, second.headers['webhook-id']]).toEqual([first.body, first.headers['webhook-id']]);
      verified(second, secret);
    });

    it('gets what failed since, and nothing else', async () => {
      const person = aPerson('sandbox');
      const { id, path } = await spec.webhook(person);
      await spec.approve(person.partnerId);
      await spec.delivered(id);
      await spec.approve(person.partnerId);
      await spec.approve(person.partnerId);
      await spec.arrived(path, 3);
      await until('all to be delivered', async () =>
        (await spec.deliveries(id)).every(({ state }) => state === 'delivered'),
      );
      const [, late, early] = await spec.deliveries(id);
      const fail = `update notifications.deliveries set state = $2, created_at = $3 where id = $1`;
      await spec.service.admin.query(fail, [late?.id, 'failed', new Date()]);
      await spec.service.admin.query(fail, [early?.id, 'ended', new Date(Date.now() - 3_600_000)]);
      const again = (since: number) =>
        spec.call(
          notifications.replayDeliveries,
          { webhookId: id, since: new Date(Date.now() - since).toISOString() },
          person,
        );
      expect(await again(60_000)).toEqual({ replayed: 1, more: false });
      await spec.arrived(path, 4);
      expect(await again(7_200_000)).toMatchObject({ replayed: 1 });
      await spec.arrived(path, 5);
    });
  });

  describe('that is switched off or deleted', () => {
    const waiting = async () => {
      const person = aPerson('sandbox');
      spec.receiver.replies = (_received, reply) => void reply.writeHead(500).end();
      const webhook = await spec.webhook(person);
      await spec.approve(person.partnerId);
      await spec.delivered(webhook.id, ({ last_status: status }) => status === 500);
      return { person, ...webhook, webhookId: webhook.id };
    };

    it('is sent nothing more, and what waited ends, though it is switched on again at once', async () => {
      const { person, webhookId, path } = await waiting();
      const update = (enabled: boolean) => spec.call(notifications.updateWebhook, { webhookId, enabled }, person);
      expect(await update(false)).toMatchObject({ enabled: false, disabledReason: 'owner' });
      await spec.approve(person.partnerId);
      spec.receiver.replies = (_received, reply) => void reply.writeHead(200).end();
      expect(await update(true)).toMatchObject({ enabled: true, disabledReason: null });
      const list = await spec.call(notifications.listDeliveries, { webhookId }, person);
      expect(list.items).toMatchObject([{ state: 'ended', nextAttemptAt: null }]);
      await spec.delivered(webhookId, ({ state }) => state === 'ended');
      const event = await spec.approve(person.partnerId);
      const received = await spec.arrived(path, 2);
      expect(received.map(({ headers }) => headers['webhook-id'])[1]).toBe(event.id);
    });

    it('refuses tests and replays until it is on', async () => {
      const { person, webhookId } = await waiting();
      await spec.call(notifications.updateWebhook, { webhookId, enabled: false }, person);
      const refused = { code: 'notifications.webhook_disabled' };
      await expect(spec.call(notifications.testWebhook, { webhookId }, person)).rejects.toMatchObject(refused);
      const since = new Date(0).toISOString();
      await expect(spec.call(notifications.replayDeliveries, { webhookId, since }, person)).rejects.toMatchObject(
        refused,
      );
    });

    it('is gone, and what waited ends', async () => {
      const { person, webhookId } = await waiting();
      await spec.call(notifications.deleteWebhook, { webhookId }, person);
      await expect(spec.call(notifications.getWebhook, { webhookId }, person)).rejects.toMatchObject({
        code: 'not_found',
      });
      await spec.delivered(webhookId, ({ state }) => state === 'ended');
      await until('the row to go', async () => {
        const look =
          'update notifications.webhooks set next_attempt_at = now() where id = $1 and next_attempt_at > now()';
        await spec.service.admin.query(look, [webhookId]);
        return (
          (await spec.service.admin.query('select 1 from notifications.webhooks where id = $1', [webhookId]))
            .rowCount === 0
        );
      });
    });

    it('in whose way something is written at this moment is not sent that', async () => {
      const person = aPerson('sandbox');
      const { id: webhookId, path } = await spec.webhook(person);
      const event = spec.anApproval(person.partnerId);
      await spec.service.database.transaction('sandbox', event.traceid, async (tx) => {
        await spec.service.get(OnOutcome).notify([event], tx);
        await spec.call(notifications.updateWebhook, { webhookId, enabled: false }, person);
        await spec.call(notifications.updateWebhook, { webhookId, enabled: true }, person);
      });
      const later = await spec.approve(person.partnerId);
      const received = await spec.arrived(path);
      expect(received.map(({ headers }) => headers['webhook-id'])).toEqual([later.id]);
    });
  });

  describe('whose attempt a copy has begun that is gone', () => {
    it('is sent it again, once the lease is over', async () => {
      const person = aPerson('sandbox');
      const { id, path } = await spec.webhook(person);
      await spec.approve(person.partnerId);
      await spec.delivered(id);
      const leased = (until: string) =>
        spec.service.admin.query(
          `update notifications.deliveries set state = 'waiting', next_attempt_at = now(), lease_epoch = lease_epoch + 1,
             lease_until = now() + $2::interval where webhook_id = $1`,
          [id, until],
        );
      await leased('1 hour');
      const other = await spec.webhook(person);
      await spec.approve(person.partnerId);
      await spec.arrived(other.path);
      await spec.arrived(path, 2);
      expect((await spec.deliveries(id))[0]).toMatchObject({ state: 'waiting' });
      await leased('-1 second');
      await spec.delivered(id);
      await spec.arrived(path, 3);
    });
  });

  describe('that is dead', () => {
    it('keeps none of its places from others, however much waits for it', async () => {
      const person = aPerson('sandbox');
      const dead = await spec.webhook(person);
      const alive = await spec.webhook(aPerson('sandbox'));
      const other = await spec.webhook(person);
      let hanging = 0;
      let most = 0;
      spec.receiver.replies = (received, reply) => {
        if (received.path !== dead.path) return void reply.writeHead(200).end();
        hanging += 1;
        most = Math.max(most, hanging);
        reply.on('close', () => (hanging -= 1));
      };
      await spec.approve(person.partnerId);
      await spec.arrived(other.path);
      const [one] = await spec.deliveries(dead.id);
      await spec.service.admin.query(
        `insert into notifications.deliveries (environment, id, webhook_id, generation, event_id, type, next_attempt_at)
         select 'sandbox', gen_random_uuid(), webhook_id, generation, gen_random_uuid(), type, now() - interval '1 hour'
         from notifications.deliveries, generate_series(1, 20000) where id = $1`,
        [one?.id],
      );
      await spec.service.admin.query(
        `insert into notifications.public_events (environment, id, type, body, occurred_at)
         select 'sandbox', event_id, type, '{}', now() from notifications.deliveries where webhook_id = $1
         on conflict do nothing`,
        [dead.id],
      );
      await spec.service.admin.query('analyze notifications.deliveries');
      const before = alive.partnerId;
      if (before === null) throw new Error('no partner');
      for (let index = 0; index < 20; index += 1) {
        await spec.approve(before);
        await spec.approve(person.partnerId);
      }
      await Promise.all([spec.arrived(alive.path, 20), spec.arrived(other.path, 21)]);
      // As many as may be, and the one that was under way before others came to stand before it.
      expect(most).toBeLessThanOrEqual(17);
      const { rows } = await spec.service.admin.query<{ 'QUERY PLAN': string }>(
        `explain (analyze, costs off, timing off, summary off, buffers off) ${claimStatement.replace(/\$(\d)/g, (_, n: string) => ["'sandbox'", '100', '50', '16', '64', '60'][Number(n) - 1] ?? '')}`,
      );
      const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
      expect(plan).toMatch(/deliveries_sandbox_webhook_id_generation/);
      expect(plan).not.toMatch(/Seq Scan on deliveries/);
      await spec.call(notifications.deleteWebhook, { webhookId: dead.id }, person);
    });
  });
});

describe('B51: what a copy takes at once', () => {
  let spec: WebhookSpec;

  beforeAll(async () => {
    spec = await WebhookSpec.open();
  });
  afterAll(() => spec.close());

  /** How much of ten deliveries to each of these webhooks is taken, webhook by webhook; nothing of it stays. */
  async function taken(ids: WebhookId[], bulkheads: Partial<Bulkheads>, failing: WebhookId[] = []): Promise<number[]> {
    const { admin } = spec.service;
    await admin.query('begin');
    try {
      await admin.query('update notifications.webhooks set failing_since = now() where id = any($1)', [failing]);
      await admin.query(
        `with waiting as (
           insert into notifications.deliveries
             (environment, id, partner_id, webhook_id, generation, event_id, type, next_attempt_at)
           select w.environment, gen_random_uuid(), w.partner_id, w.id, w.generation, gen_random_uuid(), $2, now()
           from notifications.webhooks w, generate_series(1, 10) where w.id = any($1)
           returning environment, event_id, type)
         insert into notifications.public_events (environment, id, type, body, occurred_at)
         select environment, event_id, type, '{}', now() from waiting`,
        [ids, webhookTest.type],
      );
      const many = { free: 1_000, freeForFailing: 1_000, ofWebhook: 1_000, ofPartner: 1_000, leaseSeconds: 60 };
      const claimed = await claimDeliveries(admin, 'sandbox', { ...many, ...bulkheads });
      return ids.map((id) => claimed.filter(({ webhook_id: of }) => of === id).length);
    } finally {
      await admin.query('rollback');
    }
  }
  const webhooksOf = async (...people: PersonCaller[]) =>
    Promise.all(people.map(async (person) => (await spec.webhook(person)).id));

  it('is bounded for each webhook, and for each partner however many it has', async () => {
    const [one, other] = [aPerson('sandbox'), aPerson('sandbox')];
    const ids = await webhooksOf(one, one, other);
    expect(await taken(ids, {})).toEqual([10, 10, 10]);
    expect(await taken(ids, { ofWebhook: 4 })).toEqual([4, 4, 4]);
    const [first = 0, second = 0, others] = await taken(ids, { ofPartner: 6 });
    expect([first + second, others]).toEqual([6, 6]);
  });

  it('goes first to those that work, and to those that fail only what is left for them', async () => {
    const [one, other] = [aPerson('sandbox'), aPerson('sandbox')];
    const ids = await webhooksOf(one, other);
    const failing = ids.slice(0, 1);
    const [ofFailing = 0] = await taken(ids, {}, failing);
    expect(ofFailing).toBeGreaterThan(0);
    expect(await taken(ids, { freeForFailing: 0 }, failing)).toEqual([0, 10]);
    expect(await taken(ids, { free: 10 }, failing)).toEqual([0, 10]);
  });
});

describe('B51: a copy that ends', () => {
  it('waits no longer than it may for a server that says nothing, and counts that as no failure of it', async () => {
    const spec = await WebhookSpec.open();
    spec.receiver.replies = () => undefined;
    const person = aPerson('sandbox');
    const { id, path } = await spec.webhook(person);
    await spec.approve(person.partnerId);
    await spec.arrived(path);
    spec.service.get(WebhookSender).beforeApplicationShutdown();
    await spec.service.get(WebhookDeliveries).beforeApplicationShutdown();
    const { rows } = await spec.service.admin.query(
      `select d.state, d.lease_until > now() as is_leased, w.failing_since is not null as is_failing,
              (select count(*)::int from notifications.delivery_attempts) as logged
       from notifications.deliveries d join notifications.webhooks w on w.id = d.webhook_id where w.id = $1`,
      [id],
    );
    expect(rows).toEqual([{ state: 'waiting', is_leased: true, is_failing: false, logged: 0 }]);
    await spec.close();
  });
});
