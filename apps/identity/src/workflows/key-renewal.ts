import { Injectable } from '@nestjs/common';
import type { identity, KeyId, PersonCaller } from '#libs/contracts';
import type { Tx } from '#libs/database';
import { hashSecret, newSecret, secretHint } from '../domain/credentials';
import { planExpiry } from '../domain/key-expiry';
import { overlapOf } from '../domain/overlap';
import { Pepper } from '../secrets/pepper';
import { Accounts } from '../storage/accounts.repository';
import { AccessKey } from '../storage/entities';
import { noteExpiry } from '../storage/key-expiries.repository';
import { getOwnKey } from '../storage/keys.repository';
import { countLiveTokens, noLiveTokens } from '../storage/token-counts.repository';
import { describeWithSecret } from '../views/key.view';
import { requireNotExpired } from './key-expiry';

interface Renewal {
  /** A new one, where the whole pair is renewed. */
  applicationId?: string;
  /** For how long the secret that is replaced works beside the new one. */
  overlapSeconds?: number | undefined;
  /** Whether the same transaction ends the live tokens afterwards. */
  revokeTokens: boolean;
}

interface Renewed {
  key: AccessKey;
  previousApplicationId: string;
  reply: identity.KeyWithSecret;
}

/** What regenerating a key and rotating its secret have in common: the same slot, a new secret, shown once. */
@Injectable()
export class KeyRenewal {
  constructor(
    private readonly accounts: Accounts,
    private readonly pepper: Pepper,
  ) {}

  /**
   * @throws not_found, identity.key_expired where no new pair is made
   */
  async renew(
    tx: Tx,
    person: PersonCaller,
    keyId: KeyId,
    { applicationId, overlapSeconds = 0, revokeTokens }: Renewal,
  ): Promise<Renewed> {
    const { domain } = await this.accounts.lockAs(tx.manager, person);
    const key = await getOwnKey(tx.manager, person.environment, person.accountId, keyId);
    const previousApplicationId = key.applicationId;
    // A secret for it would be of no use; a new pair is a new key, and has a time of its own.
    if (!applicationId) requireNotExpired(key, tx.now);
    const secret = newSecret(person.environment);
    const change = {
      applicationId: applicationId ?? previousApplicationId,
      secretHash: hashSecret(this.pepper.value, secret),
      secretHint: secretHint(secret),
      renewedAt: tx.now,
      ...overlapOf(key.secretHash, tx.now, overlapSeconds),
      ...(applicationId && freshExpiry(key, tx.now)),
      version: key.version + 1,
    };
    await tx.manager.update(AccessKey, { environment: key.environment, id: key.id }, change);
    const renewed = Object.assign(key, change);
    if (applicationId) await noteExpiry(tx, renewed);
    const live = revokeTokens
      ? noLiveTokens
      : (await countLiveTokens(tx.manager, key.environment, [key.id], tx.now))(key.id);
    const reply = describeWithSecret(renewed, secret, { domain, now: tx.now, live });
    return { key: renewed, previousApplicationId, reply };
  }
}

/** B16: as the plan has it, whatever the owner had chosen for the pair before. */
function freshExpiry({ planLifetimeDays }: AccessKey, now: Date): Pick<AccessKey, 'expiresAt' | 'planExpiresAt'> {
  const expiresAt = planExpiry(planLifetimeDays, now);
  return { expiresAt, planExpiresAt: expiresAt };
}
