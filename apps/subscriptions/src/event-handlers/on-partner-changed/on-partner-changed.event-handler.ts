import { Injectable } from '@nestjs/common';
import { identity } from '#libs/contracts';
import type { Tx } from '#libs/database';
import { EventHandler, unchanged, type EventOf, type Unchanged } from '#libs/events';
import { lookAgainAt } from '../../storage/account-looks.repository';
import { keepPartner } from '../../storage/partners.repository';

/**
 * Keeps what staff finds a partner's subscriptions and submissions by, so that no call crosses over for each of them, and
 * has another look at what its account lacks for production.
 */
@Injectable()
export class OnPartnerChanged {
  @EventHandler(identity.partnerChanged)
  async changed(
    { data, aggregateversion: version }: EventOf<typeof identity.partnerChanged>,
    tx: Tx,
  ): Promise<Unchanged | undefined> {
    const { partnerId: id, ...partner } = data;
    if (!(await keepPartner(tx, { id, ...partner, version }))) return unchanged;
    await lookAgainAt(tx, id);
    return undefined;
  }
}
