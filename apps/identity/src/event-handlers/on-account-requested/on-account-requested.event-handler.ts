import { Injectable } from '@nestjs/common';
import { identity } from '#libs/contracts';
import type { Tx } from '#libs/database';
import { EventHandler, unchanged, WhenDelayed, type EventOf, type Unchanged } from '#libs/events';
import { AccountOpening } from '../../workflows/account-opening';

const reason =
  'Something on our side keeps the account from being opened. We go on trying; you may also ask for it again, and then at once.';

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

  /** Whoever waits for it is to know (B7): no words of ours about what went wrong inside. */
  @WhenDelayed(identity.sandboxRequested, identity.partnerRegistered)
  async delayed(
    { data: { partnerId } }: EventOf<typeof identity.sandboxRequested | typeof identity.partnerRegistered>,
    tx: Tx,
  ): Promise<void> {
    await tx.publishEvent(identity.accountOpeningFailed, { id: partnerId, version: 1 }, { partnerId, reason });
  }
}
