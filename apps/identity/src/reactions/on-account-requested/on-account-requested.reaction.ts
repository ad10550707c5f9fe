import { Injectable } from '@nestjs/common';
import { identity } from '#libs/contracts';
import type { Tx } from '#libs/database';
import { ReactsTo, type EventOf } from '#libs/messaging';
import { AccountOpening } from '../../account-opening';

/** Opens the account that was asked for, under the role of its own environment. */
@Injectable()
export class OnAccountRequested {
  constructor(private readonly opening: AccountOpening) {}

  @ReactsTo(identity.sandboxRequested, identity.partnerRegistered)
  async open(
    event: EventOf<typeof identity.sandboxRequested | typeof identity.partnerRegistered>,
    tx: Tx,
  ): Promise<void> {
    if (tx.scope === 'shared') throw new Error('accounts belong to an environment');
    await this.opening.open(tx, tx.scope, event.data.partnerId);
  }
}
