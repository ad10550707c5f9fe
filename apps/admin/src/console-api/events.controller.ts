import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common';
import { ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import {
  Allow,
  cursorOfStream,
  FeedQuery,
  Field,
  Following,
  pageOfFeed,
  problemResponse,
  RespondsWith,
  RespondsWithEvents,
  SessionReader,
  StreamQuery,
  type EdgeRequest,
  type Follower,
} from '#libs/http';
import {
  environments,
  notifications,
  subscriptions,
  type Environment,
  type PartnerId,
  type RequestOf,
  type SubscriptionId,
} from '#libs/contracts';
import { authorize, RpcClient, type RequestContext } from '#libs/rpc';
import { knownEnvironment } from './environment-in-path';

const ofOne = notifications.listEvents.request.shape.partnerId;
const words = { description: 'Of this partner alone, with cursors of its own.' };

class StaffFeedQuery extends FeedQuery {
  @Field(ofOne, words) partnerId?: PartnerId;
}

class StaffStreamQuery extends StreamQuery {
  @Field(ofOne, words) partnerId?: PartnerId;
}

/** In one request. */
const partsMax = 20;

@ApiTags('Events')
@ApiResponse(problemResponse(404, ['not_found']))
@ApiParam({ name: 'environment', enum: environments })
@Controller('v1/events/:environment')
export class EventsController {
  constructor(
    private readonly sessions: SessionReader,
    private readonly rpc: RpcClient,
    private readonly following: Following,
  ) {}

  @Get()
  @Allow(notifications.listEvents, 'What has happened to all partners, oldest first, from where the reader stopped')
  @RespondsWith(200, notifications.listEvents)
  @ApiResponse(problemResponse(429, ['rate_limited', 'too_many_followers']))
  list(
    @Param('environment') environment: string,
    @Query() query: StaffFeedQuery,
    @Req() request: EdgeRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<notifications.FeedPart> {
    return this.following.wait(this.followerOf(environment, query.partnerId, request), pageOfFeed(query), reply);
  }

  @Get('stream')
  @Allow(notifications.listEvents, 'What happens to all partners, as server-sent events', undefined, 'followEvents')
  @RespondsWithEvents()
  stream(
    @Param('environment') environment: string,
    @Query() query: StaffStreamQuery,
    @Req() request: EdgeRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const follower = this.followerOf(environment, query.partnerId, request);
    return this.following.stream(follower, cursorOfStream(request, query), reply);
  }

  /** Reads on where all of a part is concealed: that is no news to wait for. */
  private async readOpen(
    environment: Environment,
    wanted: RequestOf<typeof notifications.listEvents>,
    context: RequestContext,
  ): Promise<notifications.FeedPart> {
    let part = await this.rpc.call(notifications.listEvents, environment, wanted, context);
    for (let parts = 1; ; parts += 1) {
      const open = await this.withoutConcealed(part, context);
      if (open.items.length > 0 || !part.more || parts === partsMax) return open;
      part = await this.rpc.call(notifications.listEvents, environment, { ...wanted, after: part.nextCursor }, context);
    }
  }

  /** B43: whoever does not review a plan is not told of what is on it. The cursor moves on all the same. */
  private async withoutConcealed(
    part: notifications.FeedPart,
    context: RequestContext,
  ): Promise<notifications.FeedPart> {
    const { caller } = context;
    if (caller.kind === 'staff' && caller.role === 'admin') return part;
    const named = [...new Set(part.items.flatMap(({ data }) => subscriptionOf(data) ?? []))];
    if (named.length === 0) return part;
    const concealed = await this.rpc.call(subscriptions.findConcealed, 'shared', { subscriptionIds: named }, context);
    const ids = new Set<unknown>(concealed.subscriptionIds);
    return { ...part, items: part.items.filter(({ data }) => !ids.has(data['subscriptionId'])) };
  }

  private followerOf(named: string, partnerId: PartnerId | undefined, request: EdgeRequest): Follower {
    const environment = knownEnvironment(named);
    const { signedIn } = request;
    // The guard has just let them in.
    let justSeen = signedIn;
    return {
      feed: { environment, partnerId },
      follower: signedIn?.caller.kind === 'staff' ? signedIn.caller.staffId : '',
      read: async (from) => {
        const now = justSeen ?? (await this.sessions.read(request, false));
        justSeen = undefined;
        authorize(notifications.listEvents, now);
        const { traceId, deadline } = this.rpc.systemContext(request.traceId);
        const context = { ...now, traceId, deadline };
        return this.readOpen(environment, { ...from, partnerId }, context);
      },
    };
  }
}

const subscriptionOf = ({ subscriptionId }: notifications.PublicCloudEvent['data']): SubscriptionId | undefined =>
  subscriptions.findConcealed.request.shape.subscriptionIds.element.safeParse(subscriptionId).data;
