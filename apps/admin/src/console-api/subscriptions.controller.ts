import { Body, Controller, Get, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Allow, EdgeCall } from '#libs/access';
import { subscriptions, type SubscriptionId } from '#libs/contracts';
import { Answer, Id, Text } from '#libs/http';
import { QuestionClient, type CallEnvelope } from '#libs/messaging';

class Payment {
  @Text({ max: 200, description: "The payment's reference in your books." }) reference!: string;
}

@ApiTags('Subscriptions')
@Controller('v1/subscriptions')
export class SubscriptionsController {
  constructor(private readonly questions: QuestionClient) {}

  @Post(':id/payment')
  @Allow(subscriptions.recordPayment, 'Record that a subscription is paid')
  @Answer(200, subscriptions.recordPayment)
  recordPayment(@Id() subscriptionId: SubscriptionId, @Body() { reference }: Payment, @EdgeCall() call: CallEnvelope) {
    return this.questions.ask(subscriptions.recordPayment, 'shared', { subscriptionId, reference }, call);
  }

  @Get(':id/timeline')
  @Allow(subscriptions.getTimeline, 'Everything that happened to the subscription')
  @Answer(200, subscriptions.getTimeline)
  timeline(@Id() subscriptionId: SubscriptionId, @EdgeCall() call: CallEnvelope) {
    return this.questions.ask(subscriptions.getTimeline, 'shared', { subscriptionId }, call);
  }
}
