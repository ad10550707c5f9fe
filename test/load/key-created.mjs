// An event as notifications consumes it: somebody has made a key.
import { randomBytes, randomUUID } from 'node:crypto';

export const eventType = 'identity.key-created.v1';

/** As identity publishes it. @param {string} partnerId */
export function keyCreated(partnerId) {
  const keyId = randomUUID();
  const key = { keyId, keyName: 'one', applicationId: 'app_sbx_0123456789abcdef', subscriptionId: randomUUID() };
  return {
    ...{ specversion: '1.0', id: randomUUID(), type: eventType, source: 'slipway/identity' },
    ...{ subject: keyId, time: new Date().toISOString(), datacontenttype: 'application/json', scope: 'sandbox' },
    ...{ aggregateid: keyId, aggregateversion: 1, traceid: randomBytes(16).toString('hex') },
    data: {
      ...{ partnerId, accountId: randomUUID(), ...key },
      by: { kind: 'person', id: randomUUID(), displayName: 'Ada Lovelace' },
    },
  };
}
