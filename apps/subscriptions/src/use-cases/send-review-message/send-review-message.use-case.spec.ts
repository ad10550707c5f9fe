import { actorOf, subscriptions, type PersonCaller } from '#libs/contracts';
import { anId, aPerson, openService, Pipeline, racing, refusals, type OpenedService } from '#libs/testing';
import { subscriptionsService } from '../../subscriptions.module';

const text = 'Which plan\nis it?';
const perHour = 3;

describe('writing to those who review', () => {
  let service: OpenedService;
  let pipeline: Pipeline;

  beforeAll(async () => {
    service = await openService(subscriptionsService, { SLIPWAY_MESSAGES_PER_HOUR: String(perHour) });
    pipeline = new Pipeline(service);
  });
  afterAll(() => service.close());

  type Own = Pick<Awaited<ReturnType<Pipeline['submitted']>>, 'person' | 'subscriptionId'>;
  const send = ({ person, subscriptionId }: Own, given: object = {}) =>
    pipeline.call(subscriptions.sendReviewMessage, { subscriptionId, text, ...given }, person);
  const read = ({ person, subscriptionId }: Own, page: object = {}) =>
    pipeline.call(subscriptions.listReviewMessages, { subscriptionId, limit: 10, ...page }, person);
  const reply = ({ submissionId }: { submissionId: string }, internal: boolean, words = 'That one.') =>
    pipeline.call(subscriptions.addToReviewTalk, { submissionId, text: words, internal }, pipeline.reviewer);
  const anHourLater = () => service.clock.advance(3_600_000);

  async function expectRefusal(own: Own, refusal: object, given: object = {}): Promise<void> {
    const effect = await pipeline.effectOf(own.subscriptionId, () =>
      expect(send(own, given)).rejects.toMatchObject(refusal),
    );
    expect(effect).toEqual({ published: [], recorded: [] });
  }

  describe('of what was submitted', () => {
    it('B48: both sides read it, from both accounts, with who wrote it', async () => {
      const submitted = await pipeline.submitted();
      const { person, subscriptionId, submissionId } = submitted;
      const sent = await send(submitted);
      const received = await reply(submitted, false);
      expect(sent).toMatchObject({ text, by: actorOf(person) });
      expect(received).toMatchObject({ text: 'That one.', by: actorOf(pipeline.reviewer), internal: false });
      const { internal: _internal, ...shown } = received;
      const inPrimary = aPerson('production', { partnerId: person.partnerId });
      for (const one of [person, inPrimary])
        expect(await read({ person: one, subscriptionId })).toEqual({ items: [shown, sent], nextCursor: null });
      const talk = await pipeline.call(subscriptions.listReviewTalk, { submissionId, limit: 10 }, pipeline.reviewer);
      expect(talk.items).toEqual([received, { ...sent, internal: false }]);
    });

    it('B48: the other side is told, by an event of its own, in its place among those of the subscription', async () => {
      const submitted = await pipeline.submitted();
      const effect = await pipeline.effectOf(submitted.subscriptionId, async () => {
        await send(submitted);
        await reply(submitted, false);
      });
      expect(effect).toEqual({ published: ['message-sent-by-partner', 'message-sent-by-staff'], recorded: [] });
      const [event] = (await service.published(subscriptions.messageSentByPartner)).slice(-1);
      const { id: messageId } = (await read(submitted)).items[1] ?? {};
      expect(event).toMatchObject({
        aggregateversion: 2,
        aggregatefollows: 2,
        data: { ...{ messageId, text, by: actorOf(submitted.person) }, subscriptionName: 'Integration' },
      });
    });

    it('comes page by page, newest first, each once', async () => {
      const submitted = await pipeline.submitted();
      for (const words of ['one', 'two', 'three']) await send(submitted, { text: words });
      const page = await read(submitted, { limit: 2 });
      const last = await read(submitted, { limit: 2, cursor: page.nextCursor });
      expect([...page.items, ...last.items].map((message) => message.text)).toEqual(['three', 'two', 'one']);
      expect(last.nextCursor).toBeNull();
    });

    it('is written once, however often it is sent under one Idempotency-Key', async () => {
      const submitted = await pipeline.submitted();
      const request = { subscriptionId: submitted.subscriptionId, text };
      const [first, second] = await pipeline.repeated(subscriptions.sendReviewMessage, request, submitted.person);
      expect(second).toEqual(first);
      expect((await read(submitted)).items).toHaveLength(1);
    });

    it('B48: goes on when it is decided, in whichever phase the subscription is', async () => {
      const rejected = await pipeline.rejected();
      await send(rejected);
      expect((await read(rejected)).items).toHaveLength(1);
    });
  });

  describe('too often', () => {
    it('is refused for as long as it is, of all subscriptions of the partner, and not to the other side', async () => {
      const submitted = await pipeline.submitted();
      const other = { ...submitted, ...(await pipeline.subscribedTo(submitted.planId, submitted.person)) };
      await pipeline.submit(other);
      for (let message = 1; message < perHour; message += 1) await send(submitted);
      service.clock.advance(1_000);
      await send(other);
      service.clock.advance(1_000);
      const refusal = { code: 'subscriptions.too_many_messages', retryAfterSeconds: expect.any(Number) };
      for (const own of [submitted, other]) await expectRefusal(own, refusal);
      await reply(submitted, false);
      await send(await pipeline.submitted());
      service.clock.advance(3_598_000);
      await send(submitted);
    });

    it('is refused to one of two who write the last at once', async () => {
      const submitted = await pipeline.submitted();
      for (let message = 1; message < perHour; message += 1) await send(submitted);
      const other = { ...submitted, ...(await pipeline.subscribedTo(submitted.planId, submitted.person)) };
      await pipeline.submit(other);
      const results = await racing<unknown>(service, { table: 'subscriptions.review_messages' }, [
        () => send(submitted),
        () => send(other),
      ]);
      expect(refusals(results)).toEqual([expect.objectContaining({ code: 'subscriptions.too_many_messages' })]);
    });
  });

  describe('too much', () => {
    it('is refused to the side that has written it all, and not to the other', async () => {
      const submitted = await pipeline.submitted();
      await send(submitted);
      await service.admin.query(
        `insert into subscriptions.review_messages
           select (jsonb_populate_record(m, jsonb_build_object('id', uuidv7(), 'at', now() - interval '1 year'))).*
         from subscriptions.review_messages m, generate_series(2, $2) where m.subscription_id = $1`,
        [submitted.subscriptionId, subscriptions.reviewMessagesMax],
      );
      anHourLater();
      const refusal = {
        code: 'subscriptions.message_limit_reached',
        detail: { limit: subscriptions.reviewMessagesMax },
      };
      await expectRefusal(submitted, refusal);
      await reply(submitted, false);
    });

    it.each(['', ' \n', 'x'.repeat(4_001)])('in one is refused, as nothing is', async (words) => {
      const refusal = { code: 'invalid_request', fields: [{ pointer: '/text' }] };
      await expectRefusal(await pipeline.submitted(), refusal, { text: words });
    });
  });

  describe('before anything was submitted', () => {
    it('is refused: nobody would read it', async () => {
      await expectRefusal(await pipeline.subscribed(), { code: 'subscriptions.not_submitted' });
    });

    it('is open on a plan without a sandbox, which staff has before it at once', async () => {
      await send(await pipeline.awaitingApproval());
    });
  });

  describe('of what is cancelled', () => {
    it('is refused; what was written stays readable', async () => {
      const submitted = await pipeline.submitted();
      await send(submitted);
      await pipeline.cancel(submitted);
      await expectRefusal(submitted, { code: 'subscriptions.cancelled' });
      await expect(reply(submitted, false)).rejects.toMatchObject({ code: 'subscriptions.cancelled' });
      expect((await read(submitted)).items).toHaveLength(1);
    });
  });

  describe('of what is somebody else’s', () => {
    it('finds nothing, word for word like what is not there', async () => {
      const { subscriptionId } = await pipeline.submitted();
      const stranger = aPerson('sandbox');
      for (const [id, call] of [subscriptionId, anId()].flatMap((id) => [[id, send] as const, [id, read] as const]))
        await expect(call({ person: stranger, subscriptionId: id })).rejects.toMatchObject({ code: 'not_found' });
    });
  });

  describe('by staff', () => {
    it('is forbidden: it has a way of its own', async () => {
      const { subscriptionId } = await pipeline.submitted();
      const asPerson = pipeline.reviewer as unknown as PersonCaller;
      for (const call of [send, read])
        await expect(call({ person: asPerson, subscriptionId })).rejects.toMatchObject({ code: 'forbidden' });
    });
  });
});
