import { notifications, type Environment, type PersonCaller } from '#libs/contracts';
import { aPerson, aStaffMember, anId, openService, type OpenedService } from '#libs/testing';
import { notificationsService } from '../../notifications.module';

describe('reading messages', () => {
  let service: OpenedService;

  beforeAll(async () => {
    service = await openService(notificationsService);
  });
  afterAll(() => service.close());

  async function aMessageFor({ partnerId, environment }: PersonCaller, id = anId()): Promise<string> {
    await service.admin.query(
      `insert into notifications.messages (environment, id, partner_id, event_id, type, title, text, occurred_at)
       values ($1, $2, $3, $4, 'subscriptions.submission-approved.v1', 'Approved', 'It was approved.', now())`,
      [environment, id, partnerId, anId()],
    );
    return id;
  }
  const list = (person: PersonCaller, page: object = {}) =>
    service.call(notifications.listMessages, person.environment, { limit: 10, ...page }, person);

  describe('of its own inbox', () => {
    it('comes newest first, page by page, each once', async () => {
      const person = aPerson('sandbox');
      const ids = [await aMessageFor(person), await aMessageFor(person), await aMessageFor(person)].reverse();
      const first = await list(person, { limit: 2 });
      const second = await list(person, { limit: 2, cursor: first.nextCursor });
      expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(ids);
      expect(second.nextCursor).toBeNull();
    });

    it('counts what is unread in the whole of it, whatever the page', async () => {
      const person = aPerson('production');
      const messageId = await aMessageFor(person);
      await aMessageFor(person);
      expect(await list(person, { limit: 1 })).toMatchObject({ unread: 2, items: [{ readAt: null }] });
      await service.call(notifications.markRead, 'production', { messageId }, person);
      expect((await list(person)).unread).toBe(1);
    });

    it('is the same for everybody of the account', async () => {
      const person = aPerson('sandbox');
      await aMessageFor(person);
      const colleague = aPerson('sandbox', { partnerId: person.partnerId, roles: ['developer'] });
      expect(await list(colleague)).toEqual(await list(person));
    });
  });

  describe("of another account's", () => {
    it.each<[string, (person: PersonCaller) => PersonCaller]>([
      ["another partner's", () => aPerson('sandbox')],
      ["the same partner's in production", ({ partnerId }) => aPerson('production', { partnerId })],
    ])('B3: shows nothing: %s', async (_whose, other) => {
      const person = aPerson('sandbox');
      await aMessageFor(person);
      expect(await list(other(person))).toEqual({ items: [], nextCursor: null, unread: 0 });
    });

    it.each<[Environment, Environment]>([
      ['sandbox', 'production'],
      ['production', 'sandbox'],
    ])('B3: is forbidden to somebody of %s who asks in %s', async (own, other) => {
      await expect(service.call(notifications.listMessages, other, { limit: 1 }, aPerson(own))).rejects.toMatchObject({
        code: 'forbidden',
      });
    });
  });

  describe('with a cursor that is none of ours', () => {
    it('is refused', async () => {
      await expect(list(aPerson('sandbox'), { cursor: 'elsewhere' })).rejects.toMatchObject({
        code: 'invalid_request',
        fields: [{ pointer: '/cursor' }],
      });
    });
  });

  describe('by staff', () => {
    it('is forbidden', async () => {
      await expect(
        service.call(notifications.listMessages, 'sandbox', { limit: 1 }, aStaffMember()),
      ).rejects.toMatchObject({ code: 'forbidden' });
    });
  });
});
