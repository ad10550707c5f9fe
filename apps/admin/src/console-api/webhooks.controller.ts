import { Body, Controller, Delete, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import { Allow, EdgeContext, Field, Id, PageQuery, problemResponse, RespondsWith } from '#libs/http';
import { environments, notifications, type DeliveryId, type PartnerId, type WebhookId } from '#libs/contracts';
import { RpcClient, type RequestContext } from '#libs/rpc';
import { knownEnvironment } from './environment-in-path';

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

class WebhookQuery extends PageQuery {
  @Field(notifications.listWebhooks.request.shape.partnerId, { description: 'Those of this partner.' })
  partnerId?: PartnerId;
}

class DeliveryQuery extends PageQuery {
  @Field(notifications.listDeliveries.request.shape.state) state?: notifications.DeliveryState;
}

class DeliveriesAgain {
  @Field(notifications.replayDeliveries.request.shape.since, { description: 'Whatever failed, or was ended, since.' })
  since!: string;
}

@ApiTags('Webhooks')
@ApiResponse(problemResponse(404, ['not_found']))
@ApiParam({ name: 'environment', enum: environments })
@Controller('v1/webhooks/:environment')
export class WebhooksController {
  constructor(private readonly rpc: RpcClient) {}

  @Post()
  @Allow(notifications.createWebhook, 'Add a webhook of the provider; the only time its secret is shown')
  @RespondsWith(201, notifications.createWebhook)
  create(@Param('environment') environment: string, @Body() body: NewWebhook, @EdgeContext() context: RequestContext) {
    return this.rpc.call(notifications.createWebhook, knownEnvironment(environment), body, context);
  }

  @Get()
  @Allow(
    notifications.listWebhooks,
    "The provider's own webhooks, which are told what every partner is told; or those of a partner",
  )
  @RespondsWith(200, notifications.listWebhooks)
  list(
    @Param('environment') environment: string,
    @Query() query: WebhookQuery,
    @EdgeContext() context: RequestContext,
  ) {
    return this.rpc.call(notifications.listWebhooks, knownEnvironment(environment), query, context);
  }

  @Get(':id')
  @Allow(notifications.getWebhook, 'A webhook')
  @RespondsWith(200, notifications.getWebhook)
  get(@Param('environment') environment: string, @Id() webhookId: WebhookId, @EdgeContext() context: RequestContext) {
    return this.rpc.call(notifications.getWebhook, knownEnvironment(environment), { webhookId }, context);
  }

  @Patch(':id')
  @Allow(notifications.updateWebhook, 'Change a webhook, switch it off or on')
  @RespondsWith(200, notifications.updateWebhook)
  update(
    @Param('environment') environment: string,
    @Id() webhookId: WebhookId,
    @Body() body: WebhookChange,
    @EdgeContext() context: RequestContext,
  ) {
    return this.rpc.call(notifications.updateWebhook, knownEnvironment(environment), { webhookId, ...body }, context);
  }

  @Delete(':id')
  @Allow(notifications.deleteWebhook, 'Delete a webhook; nothing more is sent to it')
  @RespondsWith(204)
  async delete(
    @Param('environment') environment: string,
    @Id() webhookId: WebhookId,
    @EdgeContext() context: RequestContext,
  ) {
    await this.rpc.call(notifications.deleteWebhook, knownEnvironment(environment), { webhookId }, context);
  }

  @Post(':id/rotation')
  @Allow(notifications.rotateWebhookSecret, 'A new secret; for a while both sign')
  @RespondsWith(200, notifications.rotateWebhookSecret)
  rotate(
    @Param('environment') environment: string,
    @Id() webhookId: WebhookId,
    @Body() body: SecretRotation,
    @EdgeContext() context: RequestContext,
  ) {
    return this.rpc.call(
      notifications.rotateWebhookSecret,
      knownEnvironment(environment),
      { webhookId, ...body },
      context,
    );
  }

  @Post(':id/test')
  @Allow(notifications.testWebhook, 'Send an event of type `webhooks.test.v1`')
  @RespondsWith(200, notifications.testWebhook)
  test(@Param('environment') environment: string, @Id() webhookId: WebhookId, @EdgeContext() context: RequestContext) {
    return this.rpc.call(notifications.testWebhook, knownEnvironment(environment), { webhookId }, context);
  }

  @Get(':id/deliveries')
  @Allow(notifications.listDeliveries, 'What was sent to a webhook, and what is yet to be, newest first')
  @RespondsWith(200, notifications.listDeliveries)
  deliveries(
    @Param('environment') environment: string,
    @Id() webhookId: WebhookId,
    @Query() query: DeliveryQuery,
    @EdgeContext() context: RequestContext,
  ) {
    return this.rpc.call(notifications.listDeliveries, knownEnvironment(environment), { webhookId, ...query }, context);
  }

  @Get(':id/deliveries/:deliveryId')
  @Allow(notifications.getDelivery, 'A delivery: its body, and how each attempt went')
  @RespondsWith(200, notifications.getDelivery)
  delivery(
    @Param('environment') environment: string,
    @Id() webhookId: WebhookId,
    @Id('deliveryId') deliveryId: DeliveryId,
    @EdgeContext() context: RequestContext,
  ) {
    return this.rpc.call(notifications.getDelivery, knownEnvironment(environment), { webhookId, deliveryId }, context);
  }

  @Post(':id/deliveries/:deliveryId/replay')
  @Allow(notifications.replayDelivery, 'Send a delivery again: the same id, the same body')
  @RespondsWith(200, notifications.replayDelivery)
  replay(
    @Param('environment') environment: string,
    @Id() webhookId: WebhookId,
    @Id('deliveryId') deliveryId: DeliveryId,
    @EdgeContext() context: RequestContext,
  ) {
    return this.rpc.call(
      notifications.replayDelivery,
      knownEnvironment(environment),
      { webhookId, deliveryId },
      context,
    );
  }

  @Post(':id/replay')
  @Allow(notifications.replayDeliveries, 'Send again whatever failed, or was ended, since a time')
  @RespondsWith(200, notifications.replayDeliveries)
  replayAll(
    @Param('environment') environment: string,
    @Id() webhookId: WebhookId,
    @Body() body: DeliveriesAgain,
    @EdgeContext() context: RequestContext,
  ) {
    return this.rpc.call(
      notifications.replayDeliveries,
      knownEnvironment(environment),
      { webhookId, ...body },
      context,
    );
  }
}
