import { Body, Controller, Delete, Get, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Allow, EdgeContext, Field, Id, PageQuery, RespondsWith } from '#libs/http';
import { notifications, type DeliveryId, type WebhookId } from '#libs/contracts';
import { RpcClient, type RequestContext } from '#libs/rpc';
import { environmentOf } from '../sessions/environment-of';

const created = notifications.createWebhook.request.shape;
const changed = notifications.updateWebhook.request.shape;
const wantedEvents = { description: 'Types that it is sent. Null: all.' };

class NewWebhook {
  @Field(created.url, { description: 'https; http on this machine alone.' }) url!: string;
  @Field(created.description) description?: string;
  @Field(created.events, wantedEvents) events?: string[] | null;
}

class WebhookChange {
  @Field(changed.url) url?: string;
  @Field(changed.description) description?: string;
  @Field(changed.events, wantedEvents) events?: string[] | null;

  @Field(changed.enabled, {
    description: '`false`: nothing more is sent, and what waits is ended. `true`: it is sent what happens from now on.',
  })
  enabled?: boolean;
}

class SecretRotation {
  @Field(notifications.rotateWebhookSecret.request.shape.overlapSeconds, {
    description: 'Seconds in which what is sent is signed with both secrets.',
  })
  overlapSeconds?: number;
}

class DeliveryQuery extends PageQuery {
  @Field(notifications.listDeliveries.request.shape.state) state?: notifications.DeliveryState;
}

class DeliveriesAgain {
  @Field(notifications.replayDeliveries.request.shape.since, { description: 'Whatever failed, or was ended, since.' })
  since!: string;
}

@ApiTags('Webhooks')
@Controller('v1/webhooks')
export class WebhooksController {
  constructor(private readonly rpc: RpcClient) {}

  @Post()
  @Allow(notifications.createWebhook, 'Add a webhook; the only time its secret is shown')
  @RespondsWith(201, notifications.createWebhook)
  create(@Body() body: NewWebhook, @EdgeContext() context: RequestContext) {
    return this.rpc.call(notifications.createWebhook, environmentOf(context), body, context);
  }

  @Get()
  @Allow(notifications.listWebhooks, "The account's webhooks")
  @RespondsWith(200, notifications.listWebhooks)
  list(@Query() page: PageQuery, @EdgeContext() context: RequestContext) {
    return this.rpc.call(notifications.listWebhooks, environmentOf(context), page, context);
  }

  @Get(':id')
  @Allow(notifications.getWebhook, 'A webhook')
  @RespondsWith(200, notifications.getWebhook)
  get(@Id() webhookId: WebhookId, @EdgeContext() context: RequestContext) {
    return this.rpc.call(notifications.getWebhook, environmentOf(context), { webhookId }, context);
  }

  @Patch(':id')
  @Allow(notifications.updateWebhook, 'Change a webhook, switch it off or on')
  @RespondsWith(200, notifications.updateWebhook)
  update(@Id() webhookId: WebhookId, @Body() body: WebhookChange, @EdgeContext() context: RequestContext) {
    return this.rpc.call(notifications.updateWebhook, environmentOf(context), { webhookId, ...body }, context);
  }

  @Delete(':id')
  @Allow(notifications.deleteWebhook, 'Delete a webhook; nothing more is sent to it')
  @RespondsWith(204)
  async delete(@Id() webhookId: WebhookId, @EdgeContext() context: RequestContext) {
    await this.rpc.call(notifications.deleteWebhook, environmentOf(context), { webhookId }, context);
  }

  @Post(':id/rotation')
  @Allow(notifications.rotateWebhookSecret, 'A new secret; for a while both sign')
  @RespondsWith(200, notifications.rotateWebhookSecret)
  rotate(@Id() webhookId: WebhookId, @Body() body: SecretRotation, @EdgeContext() context: RequestContext) {
    return this.rpc.call(notifications.rotateWebhookSecret, environmentOf(context), { webhookId, ...body }, context);
  }

  @Post(':id/test')
  @Allow(notifications.testWebhook, 'Send an event of type `webhooks.test.v1`')
  @RespondsWith(200, notifications.testWebhook)
  test(@Id() webhookId: WebhookId, @EdgeContext() context: RequestContext) {
    return this.rpc.call(notifications.testWebhook, environmentOf(context), { webhookId }, context);
  }

  @Get(':id/deliveries')
  @Allow(notifications.listDeliveries, 'What was sent to a webhook, and what is yet to be, newest first')
  @RespondsWith(200, notifications.listDeliveries)
  deliveries(@Id() webhookId: WebhookId, @Query() query: DeliveryQuery, @EdgeContext() context: RequestContext) {
    return this.rpc.call(notifications.listDeliveries, environmentOf(context), { webhookId, ...query }, context);
  }

  @Get(':id/deliveries/:deliveryId')
  @Allow(notifications.getDelivery, 'A delivery: its body, and how each attempt went')
  @RespondsWith(200, notifications.getDelivery)
  delivery(
    @Id() webhookId: WebhookId,
    @Id('deliveryId') deliveryId: DeliveryId,
    @EdgeContext() context: RequestContext,
  ) {
    return this.rpc.call(notifications.getDelivery, environmentOf(context), { webhookId, deliveryId }, context);
  }

  @Post(':id/deliveries/:deliveryId/replay')
  @Allow(notifications.replayDelivery, 'Send a delivery again: the same id, the same body')
  @RespondsWith(200, notifications.replayDelivery)
  replay(@Id() webhookId: WebhookId, @Id('deliveryId') deliveryId: DeliveryId, @EdgeContext() context: RequestContext) {
    return this.rpc.call(notifications.replayDelivery, environmentOf(context), { webhookId, deliveryId }, context);
  }

  @Post(':id/replay')
  @Allow(notifications.replayDeliveries, 'Send again whatever failed, or was ended, since a time')
  @RespondsWith(200, notifications.replayDeliveries)
  replayAll(@Id() webhookId: WebhookId, @Body() body: DeliveriesAgain, @EdgeContext() context: RequestContext) {
    return this.rpc.call(notifications.replayDeliveries, environmentOf(context), { webhookId, ...body }, context);
  }
}
