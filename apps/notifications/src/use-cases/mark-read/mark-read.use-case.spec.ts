import { notifications, type MessageId, type PersonCaller } from '#libs/contracts';
import { address, aPerson, aStaffMember, anId, audited, openService, type OpenedService } from '#libs/testing';
import { notificationsService } from '../../notifications.module';

describe('marking a message read', () => {
  let service: OpenedService;

  beforeAll(async () => {
    service = await openService(notificationsService);
  });
  afterAll(() => service.close());

  async function aMessageFor({ partnerId, environment }: PersonCaller): Promise<string> {
    const id = anId();
    await service.admin.query(
      `insert into notifications.messages (environment, id, partner_id, event_id, type, title, text, occurred_at)
       values ($1, $2, $3, $4, 'subscriptions.submission-approved.v1', 'Approved', 'It was approved.', now())`,
      [environment, id, partnerId, anId()],
    );
    return id;
  }
  const markRead = (person: PersonCaller, messageId: string) =>
    service.call(notifications.markRead, person.environment, { messageId }, person);
  const unreadOf = async (person: PersonCaller) =>
    (await service.call(notifications.listMessages, person.environment, { limit: 10 }, person)).unread;

  describe('of its own inbox', () => {
    it('says when, and counts one less', async () => {
      const person = aPerson('sandbox');
      const messageId = await aMessageFor(person);
      await aMessageFor(person);
      const { id, readAt } = await markRead(person, messageId);
      expect({ id, isRead: readAt !== null }).toEqual({ id: messageId, isRead: true });
      expect(await unreadOf(person)).toBe(1);
    });

    it('is one row of the audit log; nothing of the message is in it', async () => {
      const person = aPerson('sandbox');
      const messageId = (await aMessageFor(person)) as MessageId;
      const { rows, traceId } = await audited(service, notifications.markRead, 'sandbox', { messageId }, person);
      expect(rows).toEqual([
        {
          scope: 'sandbox',
          id: expect.any(String),
          at: expect.any(Date),
          actor_kind: 'person',
          actor_id: person.personId,
          action: 'notifications.mark-read.v1',
          outcome: 'done',
          targets: {
            id: messageId,
            messageId,
            accountId: person.accountId,
            partnerId: person.partnerId,
            environment: 'sandbox',
          },
          address,
          trace_id: traceId,
        },
      ]);
    });

    it('B50: is for whoever calls alone; their colleagues have yet to read it', async () => {
      const person = aPerson('sandbox');
      const colleague = aPerson('sandbox', { partnerId: person.partnerId });
      await markRead(person, await aMessageFor(person));
      expect([await unreadOf(person), await unreadOf(colleague)]).toEqual([0, 1]);
    });

    it('what was read when an account’s people shared one mark is read', async () => {
      const person = aPerson('sandbox');
      const messageId = await aMessageFor(person);
      await service.admin.query(`update notifications.messages set read_at = '2026-01-02T03:04:05Z' where id = $1`, [
        messageId,
      ]);
      expect(await unreadOf(person)).toBe(0);
      expect((await markRead(person, messageId)).readAt).toBe('2026-01-02T03:04:05.000Z');
    });

    it('keeps the time at which it was read first', async () => {
      const person = aPerson('sandbox');
      const messageId = await aMessageFor(person);
      const first = await markRead(person, messageId);
      service.clock.advance(60_000);
      expect(await markRead(person, messageId)).toEqual(first);
    });

    it('answers a repetition under one Idempotency-Key with what it answered first', async () => {
      const person = aPerson('production');
      const request = { messageId: await aMessageFor(person) };
      const options = { idempotencyKey: anId() };
      const repeat = () => service.call(notifications.markRead, 'production', request, person, options);
      expect(await repeat()).toEqual(await repeat());
    });
  });

  describe("of another account's", () => {
    it.each<[string, (person: PersonCaller) => PersonCaller]>([
      ["another partner's", () => aPerson('sandbox')],
      ["the same partner's in production", ({ partnerId }) => aPerson('production', { partnerId })],
    ])('B3: finds nothing, in the same words: %s', async (_whose, other) => {
      const person = aPerson('sandbox');
      const messageId = await aMessageFor(person);
      const notFound = { code: 'not_found', message: 'There is no such resource.' };
      await expect(markRead(other(person), messageId)).rejects.toMatchObject(notFound);
      await expect(markRead(other(person), anId())).rejects.toMatchObject(notFound);
      expect(await unreadOf(person)).toBe(1);
    });
  });

  describe('by staff', () => {
    it('is forbidden', async () => {
      const messageId = await aMessageFor(aPerson('sandbox'));
      await expect(
        service.call(notifications.markRead, 'sandbox', { messageId }, aStaffMember()),
      ).rejects.toMatchObject({ code: 'forbidden' });
    });
  });
});
