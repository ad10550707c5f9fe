import { Body, Controller, Delete, Get, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Allow, EdgeContext, Field, RespondsWith, Id } from '#libs/http';
import { subscriptions, type SubscriptionId } from '#libs/contracts';
import { RpcClient, type RequestContext } from '#libs/rpc';
import { StaffListQuery } from './staff-list-query';

const wanted = subscriptions.searchSubscriptions.request.shape;

class SubscriptionQuery extends StaffListQuery {
  @Field(wanted.state) state?: subscriptions.SubscriptionFilter;
  @Field(wanted.phase) phase?: subscriptions.Phase;
  @Field(wanted.payment, { description: '`due`: those that wait for payment.' }) payment?: subscriptions.PaymentState;
}

class Payment {
  @Field(subscriptions.recordPayment.request.shape.reference, { description: "The payment's reference in your books." })
  reference!: string;
}

class UndoQuery {
  @Field(subscriptions.undoPayment.request.shape.notes, { description: 'For the partner, who is told.' })
  notes?: string;
}

@ApiTags('Subscriptions')
@Controller('v1/subscriptions')
export class SubscriptionsController {
  constructor(private readonly rpc: RpcClient) {}

  @Get()
  @Allow(
    subscriptions.searchSubscriptions,
    'Subscriptions of all partners; `payment=due` are those that wait for payment',
  )
  @RespondsWith(200, subscriptions.searchSubscriptions)
  search(@Query() query: SubscriptionQuery, @EdgeContext() context: RequestContext) {
    return this.rpc.call(subscriptions.searchSubscriptions, 'shared', query, context);
  }

  @Post(':id/payment')
  @Allow(subscriptions.recordPayment, 'Record that a subscription is paid')
  @RespondsWith(200, subscriptions.recordPayment)
  recordPayment(@Id() subscriptionId: SubscriptionId, @Body() body: Payment, @EdgeContext() context: RequestContext) {
    return this.rpc.call(subscriptions.recordPayment, 'shared', { subscriptionId, ...body }, context);
  }

  @Delete(':id/payment')
  @Allow(
    subscriptions.undoPayment,
    'Take back a payment that was recorded by mistake; refused once there are production keys',
  )
  @RespondsWith(204)
  async undoPayment(
    @Id() subscriptionId: SubscriptionId,
    @Query() query: UndoQuery,
    @EdgeContext() context: RequestContext,
  ) {
    await this.rpc.call(subscriptions.undoPayment, 'shared', { subscriptionId, ...query }, context);
  }

  @Get(':id/timeline')
  @Allow(subscriptions.getTimeline, 'Everything that happened to the subscription')
  @RespondsWith(200, subscriptions.getTimeline)
  timeline(@Id() subscriptionId: SubscriptionId, @EdgeContext() context: RequestContext) {
    return this.rpc.call(subscriptions.getTimeline, 'shared', { subscriptionId }, context);
  }
}
