import { Injectable } from '@nestjs/common';
import type { AccountId, Environment, identity, KeyId, PartnerId, ProductId, SubscriptionId } from '#libs/contracts';
import { asUnavailable, Database } from '#libs/database';
import type { Unlisted } from '../domain/eligibility';
import { verifyKeysSql } from './verify-keys.sql';

export interface VerifiableKey {
  application_id: string;
  key_id: KeyId;
  partner_id: PartnerId;
  account_id: AccountId;
  subscription_id: SubscriptionId;
  product_id: ProductId;
  secret_hash: Buffer;
  /** Of a rotation with an overlap, whether or not that is over. */
  previous_secret_hash: Buffer | null;
  previous_secret_until: Date | null;
  expires_at: Date | null;
  allowed_addresses: string[];
  domain: string;
  api_access: boolean;
  stopped: identity.StopReason | null;
  verified: boolean;
  suspended: boolean;
  unlisted: Unlisted;
  epoch: number;
}

interface Waiting {
  resolve(key: VerifiableKey | undefined): void;
  reject(error: unknown): void;
}

/**
 * Reads keys for verification: what is asked for in one turn of the event loop is one query. Nothing is cached, so an
 * answer is never older than its call; the time fence counts on that.
 */
@Injectable()
export class KeyLoader {
  private readonly waiting: Record<Environment, Map<string, Waiting[]>> = { sandbox: new Map(), production: new Map() };

  constructor(private readonly database: Database) {}

  load(environment: Environment, applicationId: string): Promise<VerifiableKey | undefined> {
    const batch = this.waiting[environment];
    if (batch.size === 0) setImmediate(() => void this.readAll(environment));
    return new Promise((resolve, reject) => {
      const others = batch.get(applicationId);
      if (others) others.push({ resolve, reject });
      else batch.set(applicationId, [{ resolve, reject }]);
    });
  }

  private async readAll(environment: Environment): Promise<void> {
    const batch = this.waiting[environment];
    this.waiting[environment] = new Map();
    try {
      const { rows } = await this.database.prepared<VerifiableKey>(environment, {
        ...verifyKeysSql(environment),
        values: [environment, [...batch.keys()]],
      });
      const found = new Map(rows.map((row) => [row.application_id, row]));
      for (const [applicationId, waiting] of batch)
        for (const { resolve } of waiting) resolve(found.get(applicationId));
    } catch (error) {
      for (const waiting of batch.values()) for (const { reject } of waiting) reject(asUnavailable(error));
    }
  }
}
