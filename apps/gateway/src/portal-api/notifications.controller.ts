import { Body, Controller, Get, Patch, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Allow, EdgeContext, Field, RespondsWith, Id, PageQuery } from '#libs/http';
import { z } from 'zod';
import { notifications, type MessageId } from '#libs/contracts';
import { RpcClient, type RequestContext } from '#libs/rpc';
import { environmentOf } from '../sessions/environment-of';

class ReadMark {
  /** A message is marked as read, and never as unread. */
  @Field(z.literal(true)) read!: true;
}

class ReadMarks extends ReadMark {
  @Field(notifications.markAllRead.request.shape.upTo, { description: 'The newest message that was seen.' })
  upTo!: MessageId;
}

@ApiTags('Notifications')
@Controller('v1/notifications')
export class NotificationsController {
  constructor(private readonly rpc: RpcClient) {}

  @Get()
  @Allow(notifications.listMessages, "The account's inbox, newest first, with what you have read")
  @RespondsWith(200, notifications.listMessages)
  list(@Query() page: PageQuery, @EdgeContext() context: RequestContext) {
    return this.rpc.call(notifications.listMessages, environmentOf(context), page, context);
  }

  @Patch()
  @Allow(notifications.markAllRead, 'Mark everything as read, up to a message and with it')
  @RespondsWith(200, notifications.markAllRead)
  markAllRead(@Body() { upTo }: ReadMarks, @EdgeContext() context: RequestContext) {
    return this.rpc.call(notifications.markAllRead, environmentOf(context), { upTo }, context);
  }

  @Patch(':id')
  @Allow(notifications.markRead, 'Mark a message as read, for yourself')
  @RespondsWith(200, notifications.markRead)
  markRead(@Id() messageId: MessageId, @Body() _mark: ReadMark, @EdgeContext() context: RequestContext) {
    return this.rpc.call(notifications.markRead, environmentOf(context), { messageId }, context);
  }
}
