import { Injectable } from '@nestjs/common';
import { identity } from '#libs/contracts';
import type { Tx } from '#libs/database';
import { EventHandler, unchanged, type EventOf, type Unchanged } from '#libs/events';
import { keepPartner } from '../../storage/partners.repository';

/** Keeps what staff finds a partner's subscriptions and submissions by, so that no call crosses over for each of them. */
@Injectable()
export class OnPartnerChanged {
  @EventHandler(identity.partnerChanged)
  async changed(
    { data, aggregateversion: version }: EventOf<typeof identity.partnerChanged>,
    tx: Tx,
  ): Promise<Unchanged | undefined> {
    const { partnerId: id, ...partner } = data;
    return (await keepPartner(tx, { id, ...partner, version })) ? undefined : unchanged;
  }
}
