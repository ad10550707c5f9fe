import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Broadcasts } from '#libs/broker';
import { Latch } from '#libs/clock';
import { environments, notifications, type Environment, type PartnerId } from '#libs/contracts';

const { everyone, fed } = notifications;

/** Whose feed it is; undefined: everyone's. */
export interface WatchedFeed {
  environment: Environment;
  partnerId?: PartnerId;
}

/** Whether there is something new in a feed. */
export interface News {
  /** Raised when there is; whoever reads lowers it first. */
  latch: Latch;
  /** Nobody waits for it any more. */
  forget: () => void;
}

/** Lets whoever waits for something new in a feed know that there is: a hint, and they read. */
@Injectable()
export class FeedWatch implements OnApplicationBootstrap {
  private readonly watched: Record<Environment, Map<PartnerId, Set<Latch>>> = {
    sandbox: new Map(),
    production: new Map(),
  };

  constructor(private readonly broadcasts: Broadcasts) {}

  onApplicationBootstrap(): void {
    for (const environment of environments)
      this.broadcasts.receive(fed, environment, ({ partnerIds }) => {
        for (const partnerId of partnerIds)
          for (const latch of this.watched[environment].get(partnerId) ?? []) latch.raise();
      });
  }

  watch({ environment, partnerId = everyone }: WatchedFeed): News {
    const feeds = this.watched[environment];
    const latch = new Latch();
    const latches = feeds.get(partnerId) ?? new Set();
    feeds.set(partnerId, latches.add(latch));
    const forget = () => {
      latches.delete(latch);
      if (latches.size === 0 && feeds.get(partnerId) === latches) feeds.delete(partnerId);
    };
    return { latch, forget };
  }
}
