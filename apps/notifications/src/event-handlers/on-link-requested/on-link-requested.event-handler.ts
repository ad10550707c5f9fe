import { Injectable } from '@nestjs/common';
import { linkEvents, type CloudEvent, type PartnerId, type PersonId } from '#libs/contracts';
import type { Tx } from '#libs/database';
import { EventsHandler } from '#libs/events';
import { insertMailOfOne } from '../../storage/mails.repository';

/** B58: somebody is to be sent a link. That is between them and us, so that no inbox says anything of it. */
@Injectable()
export class OnLinkRequested {
  @EventsHandler(...linkEvents)
  async requested(events: CloudEvent[], { manager, scope }: Tx): Promise<CloudEvent[]> {
    if (scope === 'shared') throw new Error('a person belongs to an environment');
    for (const event of events) {
      const { partnerId, personId } = event.data as { partnerId: PartnerId; personId: PersonId };
      await insertMailOfOne(manager, scope, { event, partnerId, personId, title: '', text: '' });
    }
    return events;
  }
}
