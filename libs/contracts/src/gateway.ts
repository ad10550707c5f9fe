import { z } from 'zod';
import { contractOf } from './definitions';
import { environments } from './environment';
import { time, whole, written } from './fields';
import { accountId, keyId, partnerId, subscriptionId } from './ids';

const { event } = contractOf('gateway');

/** Where it was called is the partner's business. */
export const firstCall = event({
  name: 'first-call',
  scopes: environments,
  source: 'edge',
  when: 'A call with a session token of a key was answered with success (2xx) for the first time, by the provider or by whoami. Once for each key.',
  data: z.object({
    partnerId,
    accountId,
    subscriptionId,
    keyId,
    method: written(20),
    /** That of the reply. */
    status: whole({ min: 100, max: 599 }),
    /** Of the call: its trace id, which the provider was told, too. */
    requestId: written(64),
    at: time(),
  }),
});
