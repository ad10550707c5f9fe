import type { identity } from '#libs/contracts';
import { maskedSecret } from '../domain/credentials';
import { stateOf } from '../domain/key-expiry';
import { previousSecretUntil } from '../domain/overlap';
import type { AccessKey } from '../storage/entities';
import type { LiveTokenCount } from '../storage/token-counts.repository';

/** As it is at a moment: what is over by then is not shown. */
export const describeKey = (
  key: AccessKey,
  { domain, now, live }: { domain: string; now: Date; live: LiveTokenCount },
): identity.Key => ({
  id: key.id,
  name: key.name,
  environment: key.environment,
  applicationId: key.applicationId,
  maskedSecret: maskedSecret(key.environment, key.secretHint),
  domain,
  subscriptionId: key.subscriptionId,
  createdAt: key.createdAt.toISOString(),
  createdBy: key.createdBy,
  renewedAt: key.renewedAt?.toISOString() ?? null,
  lastUsedAt: key.lastUsedAt?.toISOString() ?? null,
  lastUsedAddress: key.lastUsedAddress,
  expiresAt: key.expiresAt?.toISOString() ?? null,
  state: stateOf(key, now),
  previousSecretUntil: previousSecretUntil(key, now)?.toISOString() ?? null,
  ...live,
  allowedAddresses: key.allowedAddresses,
  stoppedAt: key.stoppedAt?.toISOString() ?? null,
  stopReason: key.stoppedAt && key.stopReason,
});

/** The only place where a secret meets a reply. */
export const describeWithSecret = (
  key: AccessKey,
  secret: string,
  seen: Parameters<typeof describeKey>[1],
): identity.KeyWithSecret => ({
  ...describeKey(key, seen),
  applicationSecret: secret,
  secretAlreadyShown: false,
  warning: 'Save the secret now: it is not shown again.',
});

/** What a repetition is answered with (Idempotency-Key): the secret was shown, once. */
export const withoutSecret = (reply: identity.KeyWithSecret): identity.KeyWithSecret => ({
  ...reply,
  applicationSecret: null,
  secretAlreadyShown: true,
  warning: 'The secret was shown once. If it was lost, regenerate the key or rotate its secret.',
});

/** The members every event of a key has. */
export const keyEventData = (key: AccessKey) => ({
  partnerId: key.partnerId,
  accountId: key.accountId,
  subscriptionId: key.subscriptionId,
  keyId: key.id,
  keyName: key.name,
  applicationId: key.applicationId,
});
