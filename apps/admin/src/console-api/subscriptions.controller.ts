import { Body, Controller, Get, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Allow, EdgeContext, Field, RespondsWith, Id } from '#libs/http';
import { subscriptions, type SubscriptionId } from '#libs/contracts';
import { RpcClient, type RequestContext } from '#libs/rpc';

class Payment {
  @Field(subscriptions.recordPayment.request.shape.reference, { description: "The payment's reference in your books." })
  reference!: string;
}

@ApiTags('Subscriptions')
@Controller('v1/subscriptions')
export class SubscriptionsController {
  constructor(private readonly rpc: RpcClient) {}

  @Post(':id/payment')
  @Allow(subscriptions.recordPayment, 'Record that a subscription is paid')
  @RespondsWith(200, subscriptions.recordPayment)
  recordPayment(@Id() subscriptionId: SubscriptionId, @Body() body: Payment, @EdgeContext() context: RequestContext) {
    return this.rpc.call(subscriptions.recordPayment, 'shared', { subscriptionId, ...body }, context);
  }

  @Get(':id/timeline')
  @Allow(subscriptions.getTimeline, 'Everything that happened to the subscription')
  @RespondsWith(200, subscriptions.getTimeline)
  timeline(@Id() subscriptionId: SubscriptionId, @EdgeContext() context: RequestContext) {
    return this.rpc.call(subscriptions.getTimeline, 'shared', { subscriptionId }, context);
  }
}
