import {
  eventType,
  gateway,
  identity,
  notifications,
  subscriptions,
  tokens,
  type EventDefinition,
  type PartnerId,
  type PersonCaller,
  type Scope,
} from '#libs/contracts';
import { anId, aPerson, openService, Pipeline, type OpenedService } from '#libs/testing';
import { subscriptionsService } from '../../subscriptions.module';
import { OnMilestone } from './on-milestone.event-handler';

type Handled = Exclude<keyof OnMilestone, symbol>;

describe('B62: how far a partner has come', () => {
  let service: OpenedService;
  let pipeline: Pipeline;

  beforeAll(async () => {
    service = await openService(subscriptionsService);
    pipeline = new Pipeline(service);
  });
  afterAll(() => service.close());

  const happen = (handled: Handled, definition: EventDefinition, scope: Scope, time: string, data: object) =>
    service.database.transaction('shared', '0'.repeat(32), (tx) =>
      service.get(OnMilestone)[handled]({ type: eventType(definition), scope, time, data } as never, tx),
    );
  const shown = async (person: PersonCaller) => {
    const { items } = await pipeline.call(subscriptions.listMilestones, {}, person);
    expect(items.map(({ milestone }) => milestone)).toEqual(subscriptions.milestone.options);
    return Object.fromEntries(
      items.flatMap(({ milestone, reachedAt, requestId }) => (reachedAt ? [[milestone, requestId ?? reachedAt]] : [])),
    );
  };
  const at = (day: number) => `2026-01-0${day}T00:00:00.000Z`;

  it('is nowhere at first', async () => {
    expect(await shown(aPerson('sandbox'))).toEqual({});
  });

  it('is what its events say, each in its environment, and the same for the people of both accounts', async () => {
    const partnerId = anId<PartnerId>();
    await happen('registered', identity.partnerRegistered, 'shared', at(1), { partnerId });
    await happen('verified', identity.partnerVerified, 'shared', at(2), { partnerId });
    await happen('sandboxReady', identity.sandboxActivated, 'shared', at(3), { partnerId });
    await happen('keyMade', identity.keyCreated, 'sandbox', at(4), { partnerId });
    await happen('tokenMade', tokens.firstToken, 'sandbox', at(5), { partnerId });
    await happen('called', gateway.firstCall, 'sandbox', at(6), { partnerId, requestId: 'a trace id' });
    await happen('webhookWorks', notifications.webhookVerified, 'production', at(7), { partnerId });
    await happen('keyMade', identity.keyCreated, 'production', at(8), { partnerId });
    for (const environment of ['sandbox', 'production'] as const)
      expect(await shown(aPerson(environment, { partnerId }))).toEqual({
        ...{ registered: at(1), verified: at(2), sandbox_ready: at(3), sandbox_key: at(4), sandbox_token: at(5) },
        ...{ sandbox_call: 'a trace id', webhook: at(7), production_key: at(8) },
      });
    expect(await shown(aPerson('sandbox'))).toEqual({});
  });

  it('is the first time of each, in whatever order it becomes known', async () => {
    const partnerId = anId<PartnerId>();
    const called = (day: number, requestId: string) =>
      happen('called', gateway.firstCall, 'production', at(day), { partnerId, requestId });
    expect(typeof (await called(5, 'second'))).toBe('undefined');
    await called(3, 'first');
    expect(typeof (await called(7, 'third'))).toBe('symbol');
    expect(await shown(aPerson('production', { partnerId }))).toEqual({ production_call: 'first' });
  });

  it('counts no webhook of the provider’s own', async () => {
    const isNothing = await happen('webhookWorks', notifications.webhookVerified, 'sandbox', at(1), {
      partnerId: null,
    });
    expect(typeof isNothing).toBe('symbol');
  });

  it('is written with the act where this service itself has done it, the first time', async () => {
    const { person, submissionId, subscriptionId } = await pipeline.submitted();
    const { submitted } = await shown(person);
    expect(await shown(person)).toEqual({ submitted: expect.any(String) });
    await pipeline.call(subscriptions.requestChanges, { submissionId, notes: 'More.' }, pipeline.reviewer);
    const again = await pipeline.call(subscriptions.submitForReview, { subscriptionId }, person);
    expect(await shown(person)).toEqual({ submitted });
    await pipeline.call(subscriptions.approveSubmission, { submissionId: again.submissionId }, pipeline.reviewer);
    expect(await shown(person)).toEqual({ submitted, approved: expect.any(String) });
  });
});
