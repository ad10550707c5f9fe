import { Injectable } from '@nestjs/common';
import { IsNull } from 'typeorm';
import type { Environment, PartnerId, SubscriptionId } from '#libs/contracts';
import type { Tx } from '#libs/database';
import { Accounts } from '../storage/accounts.repository';
import { AccessKey } from '../storage/entities';
import { noteStop } from '../storage/subscription-stops.repository';
import { LiveTokens } from './live-tokens';

interface Cancelled {
  environment: Environment;
  partnerId: PartnerId;
  subscriptionId: SubscriptionId;
  version: number;
}

/**
 * Stops every key of a cancelled subscription in one environment, and lets them go on when it is restored; none is made
 * meanwhile. Called by `subscriptions` and published as an event, whichever comes first; safe to repeat, in any order.
 */
@Injectable()
export class SubscriptionStop {
  constructor(
    private readonly accounts: Accounts,
    private readonly liveTokens: LiveTokens,
  ) {}

  /** @returns whether that was news */
  async stop(tx: Tx, cancelled: Cancelled & { revokeTokens: boolean }): Promise<boolean> {
    const { partnerId, subscriptionId, revokeTokens } = cancelled;
    if (!(await noteStop(tx.manager, { ...cancelled, stopped: true }))) return false;
    const accountId = await this.setStopped(tx, cancelled, tx.now);
    const ended = { holder: 'subscription' as const, holderId: subscriptionId, partnerId };
    if (revokeTokens && accountId) await this.liveTokens.revoke(tx, { ...ended, accountId });
    return true;
  }

  /** @returns whether that was news */
  async restore(tx: Tx, cancelled: Cancelled): Promise<boolean> {
    if (!(await noteStop(tx.manager, { ...cancelled, stopped: false }))) return false;
    await this.setStopped(tx, cancelled, null);
    return true;
  }

  /** @returns the account, where the partner has one there */
  private async setStopped(
    { manager }: Tx,
    { environment, partnerId, subscriptionId }: Cancelled,
    stoppedAt: Date | null,
  ) {
    if (!(await this.accounts.find(manager, environment, partnerId))) return undefined;
    const { id } = await this.accounts.lock(manager, environment, partnerId);
    await manager.update(
      AccessKey,
      { environment, partnerId, subscriptionId, deletedAt: IsNull() },
      { stoppedAt, version: () => 'version + 1' },
    );
    return id;
  }
}
