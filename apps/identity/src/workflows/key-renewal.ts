import { Injectable } from '@nestjs/common';
import type { identity, KeyId, PersonCaller } from '#libs/contracts';
import type { Tx } from '#libs/database';
import { hashSecret, newSecret, secretHint } from '../domain/credentials';
import { Pepper } from '../secrets/pepper';
import { Accounts } from '../storage/accounts.repository';
import { AccessKey } from '../storage/entities';
import { getOwnKey } from '../storage/keys.repository';
import { describeWithSecret } from '../views/key.view';

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

  /** @param applicationId a new one, where the whole pair is renewed. @throws not_found */
  async renew(tx: Tx, person: PersonCaller, keyId: KeyId, applicationId?: string): Promise<Renewed> {
    const { domain } = await this.accounts.lockAs(tx.manager, person);
    const key = await getOwnKey(tx.manager, person.environment, person.accountId, keyId);
    const previousApplicationId = key.applicationId;
    const secret = newSecret(person.environment);
    const change = {
      applicationId: applicationId ?? previousApplicationId,
      secretHash: hashSecret(this.pepper.value, secret),
      secretHint: secretHint(secret),
      renewedAt: tx.now,
      version: key.version + 1,
    };
    await tx.manager.update(AccessKey, { environment: key.environment, id: key.id }, change);
    const renewed = Object.assign(key, change);
    return { key: renewed, previousApplicationId, reply: describeWithSecret(renewed, domain, secret) };
  }
}
