import { Injectable } from '@nestjs/common';
import { gateway, identity, notifications, tokens, type Environment, type PartnerId } from '#libs/contracts';
import type { Tx } from '#libs/database';
import { EventHandler, unchanged, type EventOf, type Unchanged } from '#libs/events';
import { reachMilestone } from '../../storage/milestones.repository';

type OfEnvironment = typeof identity.keyCreated | typeof tokens.firstToken | typeof gateway.firstCall;

/** B62: how far a partner has come. What it does here itself, to submit and to be approved, is written with the act. */
@Injectable()
export class OnMilestone {
  @EventHandler(identity.partnerRegistered)
  registered(event: EventOf<typeof identity.partnerRegistered>, tx: Tx) {
    return reach(tx, event, 'registered');
  }

  @EventHandler(identity.partnerVerified)
  verified(event: EventOf<typeof identity.partnerVerified>, tx: Tx) {
    return reach(tx, event, 'verified');
  }

  @EventHandler(identity.sandboxActivated)
  sandboxReady(event: EventOf<typeof identity.sandboxActivated>, tx: Tx) {
    return reach(tx, event, 'sandbox_ready');
  }

  @EventHandler(identity.keyCreated)
  keyMade(event: EventOf<typeof identity.keyCreated>, tx: Tx) {
    return reach(tx, event, `${environmentOf(event)}_key`);
  }

  @EventHandler(tokens.firstToken)
  tokenMade(event: EventOf<typeof tokens.firstToken>, tx: Tx) {
    return reach(tx, event, `${environmentOf(event)}_token`);
  }

  @EventHandler(gateway.firstCall)
  called(event: EventOf<typeof gateway.firstCall>, tx: Tx) {
    return reach(tx, event, `${environmentOf(event)}_call`, event.data.requestId);
  }

  /** The provider's own say nothing of a partner. */
  @EventHandler(notifications.webhookVerified)
  async webhookWorks(event: EventOf<typeof notifications.webhookVerified>, tx: Tx): Promise<Unchanged | undefined> {
    const { partnerId } = event.data;
    return partnerId ? reach(tx, { ...event, data: { partnerId } }, 'webhook') : unchanged;
  }
}

const environmentOf = ({ scope }: EventOf<OfEnvironment>) => scope as Environment;

async function reach(
  tx: Tx,
  { time: at, data }: { time: string; data: { partnerId: PartnerId } },
  milestone: Parameters<typeof reachMilestone>[1]['milestone'],
  requestId?: string,
): Promise<Unchanged | undefined> {
  const isNews = await reachMilestone(tx, {
    ...{ partnerId: data.partnerId, milestone, at },
    ...(requestId !== undefined && { requestId }),
  });
  return isNews ? undefined : unchanged;
}
