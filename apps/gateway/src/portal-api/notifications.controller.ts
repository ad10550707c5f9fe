import { Body, Controller, Get, Patch, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Allow, EdgeCall } from '#libs/access';
import { notifications, type MessageId } from '#libs/contracts';
import { Answer, Id, OneOf, PageQuery } from '#libs/http';
import { QuestionClient, type CallEnvelope } from '#libs/messaging';
import { environmentOf } from '../environment-of';

class ReadMark {
  @OneOf([true]) read!: true;
}

@ApiTags('Notifications')
@Controller('v1/notifications')
export class NotificationsController {
  constructor(private readonly questions: QuestionClient) {}

  @Get()
  @Allow(notifications.listMessages, "The account's inbox, newest first")
  @Answer(200, notifications.listMessages)
  list(@Query() page: PageQuery, @EdgeCall() call: CallEnvelope) {
    return this.questions.ask(notifications.listMessages, environmentOf(call), page, call);
  }

  @Patch(':id')
  @Allow(notifications.markRead, 'Mark a message as read')
  @Answer(200, notifications.markRead)
  markRead(@Id() messageId: MessageId, @Body() _mark: ReadMark, @EdgeCall() call: CallEnvelope) {
    return this.questions.ask(notifications.markRead, environmentOf(call), { messageId }, call);
  }
}
