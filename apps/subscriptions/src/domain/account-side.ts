import type { identity, PartnerId, SubscriptionId } from '#libs/contracts';

export interface Own {
  id: SubscriptionId;
  partnerId: PartnerId;
}

/** What `identity` knows of a subscription. */
export interface AccountSide {
  /** What of the primary account keeps it from making production keys. */
  blockers: identity.AccountBlocker[];
  hasSandboxKey: boolean;
}

/** Of each subscription that was looked up. */
export type AccountSides = (subscription: Own) => AccountSide;
