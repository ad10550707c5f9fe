import { notifications, type MessageId, type PersonCaller } from '#libs/contracts';
import { aPerson, aStaffMember, anId, openService, type OpenedService } from '#libs/testing';
import { notificationsService } from '../../notifications.module';

describe('marking all messages read', () => {
  let service: OpenedService;

  beforeAll(async () => {
    service = await openService(notificationsService);
  });
  afterAll(() => service.close());

  async function aMessageFor({ partnerId, environment }: PersonCaller): Promise<MessageId> {
    const id = anId<MessageId>();
    await service.admin.query(
      `insert into notifications.messages (environment, id, partner_id, event_id, type, title, text, occurred_at)
       values ($1, $2, $3, $4, 'subscriptions.submission-approved.v1', 'Approved', 'It was approved.', now())`,
      [environment, id, partnerId, anId()],
    );
    return id;
  }
  const markAll = (person: PersonCaller, upTo: MessageId) =>
    service.call(notifications.markAllRead, person.environment, { upTo }, person);
  const marksOf = async (person: PersonCaller) => {
    const { items, unread } = await service.call(notifications.listMessages, person.environment, { limit: 50 }, person);
    return { unread, read: items.filter(({ readAt }) => readAt !== null).map(({ id }) => id) };
  };

  it('B50: marks what one has seen, and not what has come since', async () => {
    const person = aPerson('sandbox');
    const [first, second, third] = [await aMessageFor(person), await aMessageFor(person), await aMessageFor(person)];
    expect(await markAll(person, second)).toEqual({ unread: 1 });
    expect(await marksOf(person)).toEqual({ unread: 1, read: [second, first] });
    expect(await markAll(person, third)).toEqual({ unread: 0 });
  });

  it('leaves when each was read first', async () => {
    const person = aPerson('sandbox');
    const messageId = await aMessageFor(person);
    const { readAt } = await service.call(notifications.markRead, 'sandbox', { messageId }, person);
    service.clock.advance(60_000);
    await markAll(person, messageId);
    const { items } = await service.call(notifications.listMessages, 'sandbox', { limit: 1 }, person);
    expect(items[0]?.readAt).toBe(readAt);
  });

  it('is for whoever calls alone', async () => {
    const person = aPerson('sandbox');
    const colleague = aPerson('sandbox', { partnerId: person.partnerId });
    await markAll(person, await aMessageFor(person));
    expect(await marksOf(colleague)).toEqual({ unread: 1, read: [] });
  });

  it.each<[string, (person: PersonCaller) => PersonCaller]>([
    ["another partner's", () => aPerson('sandbox')],
    ["the same partner's in production", ({ partnerId }) => aPerson('production', { partnerId })],
  ])('B3: up to a message of somebody else: finds nothing: %s', async (_whose, other) => {
    const person = aPerson('sandbox');
    const messageId = await aMessageFor(person);
    await expect(markAll(other(person), messageId)).rejects.toMatchObject({ code: 'not_found' });
    expect(await marksOf(person)).toEqual({ unread: 1, read: [] });
  });

  it('by staff is forbidden', async () => {
    const messageId = await aMessageFor(aPerson('sandbox'));
    await expect(
      service.call(notifications.markAllRead, 'sandbox', { upTo: messageId }, aStaffMember()),
    ).rejects.toMatchObject({ code: 'forbidden' });
  });
});
