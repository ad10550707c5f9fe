import { Injectable } from '@nestjs/common';
import { identity } from '#libs/contracts';
import type { Tx } from '#libs/database';
import { EventHandler, unchanged, type EventOf, type Unchanged } from '#libs/events';
import { Claim } from '../../storage/entities';
import { endClaimsOfOutsiders } from '../../storage/reviewer-groups.repository';
import { endClaimsOfStaff, keepStaff } from '../../storage/claims.repository';

/** Whoever is staff no more has claimed nothing any more, so that others go on with it. */
@Injectable()
export class OnStaffChanged {
  @EventHandler(identity.staffChanged)
  async changed(
    { data, aggregateversion: version }: EventOf<typeof identity.staffChanged>,
    tx: Tx,
  ): Promise<Unchanged | undefined> {
    const { staffId: id, active, role } = data;
    if (!(await keepStaff(tx, { id, active, version }))) return unchanged;
    if (!active) await endClaimsOfStaff(tx, id);
    // An admin who is a reviewer now may have claimed what others review.
    await tx.manager.update(Claim, { staffId: id }, { role });
    await endClaimsOfOutsiders(tx);
    return undefined;
  }
}
