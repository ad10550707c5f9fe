import { notifications, type Environment, type PartnerId } from '#libs/contracts';
import { unchanged } from '#libs/events';
import { newTraceId } from '#libs/rpc';
import { anId, aPerson, openService, type OpenedService } from '#libs/testing';
import { OnOutcome } from '../on-outcome/on-outcome.event-handler';
import { notificationsService } from '../../notifications.module';
import { OnProviderChanged } from './on-provider-changed.event-handler';

describe('the provider has changed', () => {
  let service: OpenedService;

  beforeEach(async () => {
    service = await openService(notificationsService);
  });
  afterEach(() => service.close());

  const contoso = { name: 'Contoso APIs', contact: { email: 'help@contoso.example', url: null }, reviewDays: null };
  const deliver = (environment: Environment, version: number, change: object = {}) => {
    const event = { aggregateversion: version, data: { ...contoso, policyVersion: null, ...change } };
    return service.database.transaction(environment, newTraceId(), (tx) =>
      service.get(OnProviderChanged).changed(event as never, tx),
    );
  };

  /** The message that somebody gets now. */
  async function said(environment: Environment, type: string, data: object): Promise<string> {
    const person = aPerson(environment);
    const partnerId: PartnerId = person.partnerId;
    const by = { kind: 'staff', id: null, displayName: 'Rosa Reviewer' };
    const event = { id: anId(), type, time: '2026-01-02T03:04:05.678Z', data: { partnerId, by, ...data } };
    await service.database.transaction(environment, newTraceId(), (tx) =>
      service.get(OnOutcome).notify([event as never], tx),
    );
    const { items } = await service.call(notifications.listMessages, environment, { limit: 1 }, person);
    return items[0]?.text ?? '';
  }
  const rescue = (environment: Environment) => said(environment, 'identity.rescue-started.v1', { username: 'ada' });

  it('messages name it and where to turn to, in its own environment each', async () => {
    expect(await rescue('sandbox')).toContain('tell the provider.');
    await deliver('sandbox', 1);
    expect(await rescue('sandbox')).toContain(
      'of the staff of Contoso APIs, made a link with which ada can set a new password once. ' +
        'If none of you has asked for it, tell Contoso APIs. You reach Contoso APIs at help@contoso.example.',
    );
    expect(await rescue('production')).toContain('tell the provider.');
    await deliver('production', 1);
    expect(await rescue('production')).toContain('tell Contoso APIs.');
  });

  it('a submission says how long a review usually takes', async () => {
    const submission = { subscriptionName: 'Webshop', productName: 'Orders API' };
    const received = () => said('sandbox', 'subscriptions.submission-received.v1', submission);
    expect(await received()).not.toContain('usually');
    await deliver('sandbox', 1, { reviewDays: { from: 1, to: 3 } });
    expect(await received()).toContain('A review usually takes 1 to 3 working days.');
    await deliver('sandbox', 2, { reviewDays: { from: 1, to: 1 } });
    expect(await received()).toContain('A review usually takes 1 working day.');
  });

  it('what comes late, or twice, changes nothing', async () => {
    await deliver('sandbox', 2);
    expect(await deliver('sandbox', 1, { name: 'Before' })).toBe(unchanged);
    expect(await deliver('sandbox', 2, { name: 'Again' })).toBe(unchanged);
    expect(await rescue('sandbox')).toContain('tell Contoso APIs.');
  });
});
