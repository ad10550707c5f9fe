import { Injectable } from '@nestjs/common';
import { identity } from '#libs/contracts';
import type { Tx } from '#libs/database';
import { EventHandler, unchanged, type EventOf, type Unchanged } from '#libs/events';
import { lookAgainAt } from '../../storage/account-looks.repository';

/** Has another look at what the account lacks for production. What the event says is not believed: it may be late. */
@Injectable()
export class OnApiAccessChanged {
  @EventHandler(identity.apiAccessChanged)
  async changed({ data }: EventOf<typeof identity.apiAccessChanged>, tx: Tx): Promise<Unchanged | undefined> {
    return (await lookAgainAt(tx, data.partnerId)) ? undefined : unchanged;
  }
}
