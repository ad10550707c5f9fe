import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { notifications, type PartnerId } from '#libs/contracts';
import { Allow, EdgeContext, Field, PageQuery, RespondsWith } from '#libs/http';
import { RpcClient, type RequestContext } from '#libs/rpc';

const wanted = notifications.listMails.request.shape;

class MailQuery extends PageQuery {
  @Field(wanted.state, { description: 'Those alone; `bounced` and `failed` want somebody to look.' })
  state?: notifications.MailState;
  @Field(wanted.partnerId) partnerId?: PartnerId;
}

@ApiTags('Operations')
@Controller('v1/mails')
export class MailsController {
  constructor(private readonly rpc: RpcClient) {}

  @Get()
  @Allow(
    notifications.listMails,
    'Mails to people of partners, and what has become of each; without a mail server they are kept here',
  )
  @RespondsWith(200, notifications.listMails)
  list(@Query() query: MailQuery, @EdgeContext() context: RequestContext) {
    return this.rpc.call(notifications.listMails, 'shared', query, context);
  }
}
