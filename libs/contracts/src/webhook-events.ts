import { z } from 'zod';
import { contractOf } from './definitions';
import { environments } from './environment';
import { time, written } from './fields';
import { partnerId, webhookId } from './ids';

// Apart from the other contracts of `notifications`, which name the types of all public events: these are among them.
const { event } = contractOf('notifications');

const ofWebhook = {
  /** Null: it is the provider's own. */
  partnerId: partnerId.nullable(),
  webhookId,
  /** Where it leads, without path and query: others put their keys in these. */
  host: written(),
  description: written(),
};

export const webhookFailing = event({
  name: 'webhook-failing',
  scopes: environments,
  when: 'Nothing that was sent to a webhook was accepted for a day, or for four. That webhook is not sent it.',
  data: z.object({ ...ofWebhook, failingSince: time() }),
});

export const webhookDisabled = event({
  name: 'webhook-disabled',
  scopes: environments,
  when: 'A webhook was switched off: it has answered 410, or accepted nothing for five days. That webhook is not sent it.',
  data: z.object({ ...ofWebhook, reason: z.enum(['gone', 'failing']) }),
});

export const webhookVerified = event({
  name: 'webhook-verified',
  scopes: environments,
  when: 'A webhook has accepted something for the first time.',
  data: z.object(ofWebhook),
});
