import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import { ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import {
  AllowSessionOrToken,
  cursorOfStream,
  FeedQuery,
  Following,
  pageOfFeed,
  problemResponse,
  RespondsWith,
  RespondsWithEvents,
  StreamQuery,
  type EdgeRequest,
} from '#libs/http';
import { eventCatalogue, notifications } from '#libs/contracts';
import { Followers } from '../feeds/followers';

@ApiTags('Events')
@Controller('v1')
export class EventsController {
  constructor(
    private readonly followers: Followers,
    private readonly following: Following,
  ) {}

  @Get('events')
  @AllowSessionOrToken(
    notifications.listEvents,
    'listEvents',
    'What has happened, oldest first, from where the reader stopped',
  )
  @RespondsWith(200, notifications.listEvents)
  @ApiResponse(problemResponse(429, ['rate_limited', 'too_many_followers']))
  async list(
    @Query() query: FeedQuery,
    @Req() request: EdgeRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<notifications.FeedPart> {
    return this.following.wait(await this.followers.of(request), pageOfFeed(query), reply);
  }

  @Get('event-types')
  @AllowSessionOrToken(
    notifications.listEventTypes,
    'listEventTypes',
    'Every type of event there is, and its data',
    'the same for each',
  )
  @RespondsWith(200, notifications.listEventTypes)
  async types(@Req() request: EdgeRequest) {
    // Looks who is there, and follows nothing.
    await this.followers.of(request);
    return { items: eventCatalogue, nextCursor: null };
  }

  @Get('notifications/stream')
  @AllowSessionOrToken(notifications.listEvents, 'followEvents', 'What happens, as server-sent events')
  @RespondsWithEvents()
  async stream(
    @Query() query: StreamQuery,
    @Req() request: EdgeRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return this.following.stream(await this.followers.of(request), cursorOfStream(request, query), reply);
  }
}
