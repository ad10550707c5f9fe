import { subscriptions, type PartnerId } from '#libs/contracts';
import { unchanged } from '#libs/events';
import { newTraceId } from '#libs/rpc';
import { aPerson, openService, Pipeline, type OpenedService } from '#libs/testing';
import { subscriptionsService } from '../../subscriptions.module';
import { OnPartnerChanged } from './on-partner-changed.event-handler';

describe('a partner has changed', () => {
  let service: OpenedService;
  let pipeline: Pipeline;

  beforeAll(async () => {
    service = await openService(subscriptionsService);
    pipeline = new Pipeline(service);
  });
  afterAll(() => service.close());

  const contoso = { name: 'Contoso', domain: 'contoso.example', verified: false, suspended: false };
  const deliver = (partnerId: PartnerId, version: number, change: object = {}) => {
    const event = { aggregateversion: version, data: { partnerId, ...contoso, ...change } };
    return service.database.transaction('shared', newTraceId(), (tx) =>
      service.get(OnPartnerChanged).changed(event as never, tx),
    );
  };

  async function aSubscriber() {
    const { id: planId } = await pipeline.plan();
    const person = aPerson('sandbox');
    const { subscriptionId } = await pipeline.subscribedTo(planId, person);
    const shown = async () => {
      const request = { partnerId: person.partnerId };
      const { items } = await pipeline.call(subscriptions.searchSubscriptions, request, pipeline.reviewer);
      expect(items.map(({ id }) => id)).toEqual([subscriptionId]);
      return items[0]?.partner;
    };
    return { partnerId: person.partnerId, shown };
  }

  it('staff sees it so, whatever of it has changed', async () => {
    const { partnerId, shown } = await aSubscriber();
    await deliver(partnerId, 1);
    expect(await shown()).toEqual({ id: partnerId, ...contoso });
    await deliver(partnerId, 2, { verified: true, suspended: true, name: 'Contoso Ltd' });
    expect(await shown()).toEqual({ id: partnerId, ...contoso, verified: true, suspended: true, name: 'Contoso Ltd' });
  });

  it('before anything of it has arrived, it is there without a name', async () => {
    const { partnerId, shown } = await aSubscriber();
    expect(await shown()).toEqual({ id: partnerId, name: null, domain: null, verified: false, suspended: false });
  });

  it('what comes late, or twice, changes nothing', async () => {
    const { partnerId, shown } = await aSubscriber();
    await deliver(partnerId, 3, { suspended: true });
    expect(await deliver(partnerId, 2)).toBe(unchanged);
    expect(await deliver(partnerId, 3)).toBe(unchanged);
    expect(await shown()).toMatchObject({ suspended: true });
  });
});
