import { Injectable } from '@nestjs/common';
import { IsNull } from 'typeorm';
import type { Environment, identity, PartnerId, SubscriptionId } from '#libs/contracts';
import type { Tx } from '#libs/database';
import { Accounts } from '../storage/accounts.repository';
import { AccessKey } from '../storage/entities';
import { noteStop } from '../storage/subscription-stops.repository';
import { LiveTokens } from './live-tokens';

interface Changed {
  environment: Environment;
  partnerId: PartnerId;
  subscriptionId: SubscriptionId;
  version: number;
}

/**
 * Stops every key of a subscription in one environment because it is cancelled or its payment was taken back, and lets them
 * go on when it is restored or paid again; none is made meanwhile. Called by `subscriptions` and published as an event, whichever comes first; safe to repeat, in any order.
 */
@Injectable()
export class SubscriptionStop {
  constructor(
    private readonly accounts: Accounts,
    private readonly liveTokens: LiveTokens,
  ) {}

  /** @returns whether that was news */
  async stop(tx: Tx, changed: Changed & { reason: identity.StopReason; revokeTokens: boolean }): Promise<boolean> {
    const { partnerId, subscriptionId, reason, revokeTokens } = changed;
    if (!(await noteStop(tx.manager, { ...changed, stopped: reason }))) return false;
    const accountId = await this.setStopped(tx, changed, { stoppedAt: tx.now, stopReason: reason });
    const ended = { holder: 'subscription' as const, holderId: subscriptionId, partnerId };
    if (revokeTokens && accountId) await this.liveTokens.revoke(tx, { ...ended, accountId });
    return true;
  }

  /** @returns whether that was news */
  async restore(tx: Tx, changed: Changed): Promise<boolean> {
    if (!(await noteStop(tx.manager, { ...changed, stopped: null }))) return false;
    await this.setStopped(tx, changed, { stoppedAt: null, stopReason: null });
    return true;
  }

  /** @returns the account, where the partner has one there */
  private async setStopped(
    { manager }: Tx,
    { environment, partnerId, subscriptionId }: Changed,
    stop: Pick<AccessKey, 'stoppedAt' | 'stopReason'>,
  ) {
    if (!(await this.accounts.find(manager, environment, partnerId))) return undefined;
    const { id } = await this.accounts.lock(manager, environment, partnerId);
    await manager.update(
      AccessKey,
      { environment, partnerId, subscriptionId, deletedAt: IsNull() },
      { ...stop, version: () => 'version + 1' },
    );
    return id;
  }
}
