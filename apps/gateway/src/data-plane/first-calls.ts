import { Injectable } from '@nestjs/common';
import { OnceEvents } from '#libs/broker';
import { Clock } from '#libs/clock';
import {
  gateway,
  type AccountId,
  type Environment,
  type KeyId,
  type PartnerId,
  type SubscriptionId,
} from '#libs/contracts';
import type { VerifiedToken } from '../tokens/verified-tokens';

interface Passed {
  method: string;
  traceId: string;
}

/** B62: of each key it is published once that a call with a token of it was answered with success. */
@Injectable()
export class FirstCalls {
  constructor(
    private readonly once: OnceEvents,
    private readonly clock: Clock,
  ) {}

  replied(environment: Environment, token: VerifiedToken, { method, traceId }: Passed, status: number): void {
    // A token of a version before does not say its key, and lives for hours at most.
    if (token.key_id === undefined || status < 200 || status > 299) return;
    const ofKey = { accountId: token.account_id as AccountId, keyId: token.key_id as KeyId };
    this.once.publish(gateway.firstCall, environment, ofKey, () => {
      const of = { partnerId: token.partner_id as PartnerId, subscriptionId: token.subscription_id as SubscriptionId };
      const at = this.clock.date().toISOString();
      return { traceId, data: { ...of, ...ofKey, method, status, requestId: traceId, at } };
    });
  }
}
