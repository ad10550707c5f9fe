import {
  consumers,
  eventType,
  identity,
  linkEvents,
  staffEvents,
  publicEventOf,
  publicEvents,
  publicPayload,
  type CloudEvent,
} from '#libs/contracts';
import { anId } from '#libs/testing';
import { publicBody } from './public-body';

const listened = consumers
  .filter(({ service }) => service === 'notifications')
  .flatMap(({ events }) => events)
  // No outcomes, but whom messages name, and what is sent to one person.
  .filter((event) => event !== identity.providerChanged && !linkEvents.includes(event) && !staffEvents.includes(event));

const names = { displayName: 'Grace of the staff', text: 'words of a reviewer' };
/** Whatever the data of any event has, and what must not leave. */
const everything = {
  partnerId: anId(),
  accountId: anId(),
  subscriptionId: anId(),
  submissionId: anId(),
  keyId: anId(),
  personId: anId(),
  webhookId: anId(),
  applicationId: 'app_sbx_new',
  previousApplicationId: 'app_sbx_old',
  daysLeft: 7,
  previousSecretUntil: '2031-02-03T04:05:06.000Z',
  number: 3,
  enabled: true,
  environment: 'sandbox',
  expiresAt: '2031-02-03T04:05:06.000Z',
  by: { kind: 'staff', id: anId(), displayName: names.displayName },
  username: names.text,
  domain: names.text,
  notes: names.text,
  keyName: names.text,
  subscriptionName: names.text,
  productName: names.text,
  reference: names.text,
  host: names.text,
  description: names.text,
  reason: 'gone',
  at: '2031-02-03T04:05:06.000Z',
  method: 'GET',
  status: 200,
  requestId: 'f'.repeat(32),
  messageId: anId(),
  text: names.text,
};
const eventOf = (type: string): CloudEvent =>
  ({ type, time: '2030-01-02T03:04:05.678Z', aggregateversion: 7, data: everything }) as CloudEvent;

describe('B51: what leaves of an event', () => {
  it('is said for everything that partners are told of', () => {
    const missing = listened.filter((event) => !publicEventOf(eventType(event)));
    expect(missing.map(eventType)).toEqual([]);
  });

  it.each(publicEvents.map((event) => [event.type, event] as const))(
    '%s: is thin, of its own shape, and leads to the present state',
    (type, event) => {
      const body = publicBody(eventOf(type), 'https://partners.example');
      const { data, ...more } = publicPayload(event).strict().parse(JSON.parse(body));
      expect(more).toEqual({ type, timestamp: '2030-01-02T03:04:05.678Z' });
      expect(event.data.strict().parse(JSON.parse(body).data)).toEqual(data);
      expect(data).toMatchObject({
        sequence: 7,
        url: expect.stringMatching(/^https:\/\/partners\.example\/v1\/[a-z/]+[0-9a-f-]*(\/messages)?$/),
      });
      for (const secret of [...Object.values(names), everything.by.id]) expect(body).not.toContain(secret);
      expect(Buffer.byteLength(body)).toBeLessThan(1_000);
    },
  );

  it('is nothing for what is not public', () => {
    expect(() => publicBody(eventOf('identity.provider-changed.v1'), '')).toThrow('not public');
  });
});
