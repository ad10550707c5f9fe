import { Injectable } from '@nestjs/common';
import { identity } from '#libs/contracts';
import type { Tx } from '#libs/database';
import { EventHandler, unchanged, type EventOf, type Unchanged } from '#libs/events';
import { AccountOpening } from '../../workflows/account-opening';

/** Opens the account that was asked for, under the role of its own environment. */
@Injectable()
export class OnAccountRequested {
  constructor(private readonly opening: AccountOpening) {}

  @EventHandler(identity.sandboxRequested, identity.partnerRegistered)
  async open(
    event: EventOf<typeof identity.sandboxRequested | typeof identity.partnerRegistered>,
    tx: Tx,
  ): Promise<Unchanged | undefined> {
    if (tx.scope === 'shared') throw new Error('accounts belong to an environment');
    const opened = await this.opening.open(tx, tx.scope, event.data.partnerId);
    return opened ? undefined : unchanged;
  }
}
