import { Inject } from '@nestjs/common';
import { notifications, type Caller, type Environment, type PartnerId, type RequestOf } from '#libs/contracts';
import { Database } from '#libs/database';
import { invalid, SlipwayError } from '#libs/errors';
import { RpcHandler, UseCase, type RpcContext } from '#libs/rpc';
import { NotificationsConfig } from '../../config';
import { publicCloudEvent } from '../../domain/public-body';
import { partOfFeed, type Followed } from '../../storage/feeds.repository';

interface Page {
  after?: number;
  limit: number;
  begin: 'oldest' | 'end';
}

/** B52: what has happened, oldest first, from where the reader stopped (docs/adr/0037). */
@UseCase()
export class ReadFeed {
  constructor(
    private readonly database: Database,
    @Inject(NotificationsConfig) private readonly config: NotificationsConfig,
  ) {}

  @RpcHandler(notifications.listEvents)
  ofCaller({ partnerId, ...page }: RequestOf<typeof notifications.listEvents>, context: RpcContext) {
    return this.read(environmentOf(context), { partnerId: followedBy(context.caller, partnerId) }, page);
  }

  @RpcHandler(notifications.listSubscriptionEvents)
  ofSubscription(
    { partnerId, subscriptionId, ...page }: RequestOf<typeof notifications.listSubscriptionEvents>,
    context: RpcContext,
  ) {
    return this.read(environmentOf(context), { partnerId, subscriptionId }, page);
  }

  private read(environment: Environment, followed: Followed, { after, limit, begin }: Page) {
    return this.database.reading(environment, async (manager) => {
      const { first, last, events } = await partOfFeed(manager, environment, followed, after, limit);
      if (after === undefined && begin === 'end') return { items: [], nextCursor: last, more: false };
      if (after !== undefined && after > last) throw neverGivenOut();
      if (after !== undefined && after < first - 1) throw expired();
      const items = events.map((event) => publicCloudEvent(event, environment, this.config.SLIPWAY_PUBLIC_URL));
      const more = events.length === limit;
      // Where there are no others, everything up to the end was looked at.
      return { items, nextCursor: (more ? events.at(-1)?.number : undefined) ?? last, more };
    });
  }
}

/** A person's own account; staff follows everyone, or one partner. */
function followedBy(caller: Caller, partnerId: PartnerId | undefined): PartnerId {
  if (caller.kind === 'person') return caller.partnerId;
  return partnerId ?? notifications.everyone;
}

function environmentOf({ scope }: RpcContext): Environment {
  if (scope === 'shared') throw new Error('a feed belongs to an environment');
  return scope;
}

const neverGivenOut = () =>
  invalid([{ pointer: '/after', detail: 'No such cursor was given out. Read from the beginning, without one.' }]);

const expired = () =>
  new SlipwayError(
    'cursor_expired',
    'Some of what came after this cursor is kept no longer. Read what there is without one, and the present state of what you follow.',
  );
