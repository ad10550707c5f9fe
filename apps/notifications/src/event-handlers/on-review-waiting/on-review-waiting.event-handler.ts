import { Injectable } from '@nestjs/common';
import { staffEvents, type CloudEvent, type PartnerId } from '#libs/contracts';
import type { Tx } from '#libs/database';
import { EventsHandler } from '#libs/events';
import { renderForStaff } from '../../domain/staff-words';
import type { StaffAddressed } from '../../storage/entities';
import { insertMailings } from '../../storage/mails.repository';

/** B48: whoever of the staff is to look at a review is told by mail. No inbox and no feed of a partner says anything of it. */
@Injectable()
export class OnReviewWaiting {
  @EventsHandler(...staffEvents)
  async waiting(events: CloudEvent[], { manager, scope }: Tx): Promise<CloudEvent[]> {
    if (scope === 'shared') throw new Error('mails belong to an environment');
    await insertMailings(manager, scope, events.map(mailingOf));
    return events;
  }
}

function mailingOf(event: CloudEvent) {
  const { partnerId, staffIds, roles } = event.data as StaffAddressed & { partnerId: PartnerId };
  return { event, partnerId, personId: null, ...renderForStaff(event), staff: { staffIds, roles } };
}
