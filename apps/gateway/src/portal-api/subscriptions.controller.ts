import { Body, Controller, Delete, Get, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Allow, EdgeCall } from '#libs/access';
import { subscriptions, type PlanId, type SubscriptionId } from '#libs/contracts';
import { notFound } from '#libs/errors';
import { Answer, Id, JsonObject, PageQuery, Text, Uuid } from '#libs/http';
import { QuestionClient, type CallEnvelope } from '#libs/messaging';
import { ProductionCard } from './production-card';

class NewSubscription {
  @Uuid() planId!: PlanId;
  @Text() name!: string;
}

class Submission {
  @JsonObject({ optional: true, description: '`{<stepId>: {…}}`, as the form of the plan asks.' }) answers?: Record<
    string,
    Record<string, unknown>
  >;
}

@ApiTags('Subscriptions')
@Controller('v1/subscriptions')
export class SubscriptionsController {
  constructor(
    private readonly questions: QuestionClient,
    private readonly productionCard: ProductionCard,
  ) {}

  @Post()
  @Allow(subscriptions.createSubscription, 'Subscribe to a plan')
  @Answer(201, subscriptions.createSubscription)
  async create(@Body() body: NewSubscription, @EdgeCall() call: CallEnvelope) {
    const subscription = await this.questions.ask(subscriptions.createSubscription, 'shared', body, call);
    return this.productionCard.complete(subscription, call);
  }

  @Get()
  @Allow(subscriptions.listSubscriptions, "The organisation's subscriptions, seen alike from both accounts")
  @Answer(200, subscriptions.listSubscriptions)
  async list(@Query() page: PageQuery, @EdgeCall() call: CallEnvelope) {
    const { items, nextCursor } = await this.questions.ask(subscriptions.listSubscriptions, 'shared', page, call);
    return { items: await this.productionCard.completeAll(items, call), nextCursor };
  }

  @Get(':id')
  @Allow(subscriptions.getSubscription, 'A subscription: phase, notices, and what production still waits for')
  @Answer(200, subscriptions.getSubscription)
  async get(@Id() subscriptionId: SubscriptionId, @EdgeCall() call: CallEnvelope) {
    const subscription = await this.questions.ask(subscriptions.getSubscription, 'shared', { subscriptionId }, call);
    return this.productionCard.complete(subscription, call);
  }

  @Delete(':id')
  @Allow(subscriptions.cancelSubscription, 'Cancel a subscription; its keys end in both environments')
  @Answer(204)
  async cancel(@Id() subscriptionId: SubscriptionId, @EdgeCall() call: CallEnvelope) {
    await this.questions.ask(subscriptions.cancelSubscription, 'shared', { subscriptionId }, call);
  }

  @Get(':id/test-data')
  @Allow(subscriptions.getTestData, 'The sandbox test data the provider has set')
  @Answer(200, subscriptions.getTestData)
  testData(@Id() subscriptionId: SubscriptionId, @EdgeCall() call: CallEnvelope) {
    return this.questions.ask(subscriptions.getTestData, 'shared', { subscriptionId }, call);
  }

  @Get(':id/form')
  @Allow(subscriptions.getForm, 'The submission form in force; 404 where the plan has none')
  @Answer(200)
  async form(@Id() subscriptionId: SubscriptionId, @EdgeCall() call: CallEnvelope) {
    const { form } = await this.questions.ask(subscriptions.getForm, 'shared', { subscriptionId }, call);
    if (!form) throw notFound();
    return form;
  }

  @Get(':id/timeline')
  @Allow(subscriptions.getTimeline, 'Everything that happened to the subscription: what, who, when, notes')
  @Answer(200, subscriptions.getTimeline)
  timeline(@Id() subscriptionId: SubscriptionId, @EdgeCall() call: CallEnvelope) {
    return this.questions.ask(subscriptions.getTimeline, 'shared', { subscriptionId }, call);
  }

  @Post(':id/submissions')
  @Allow(subscriptions.submitForReview, 'Submit for review')
  @Answer(201, subscriptions.submitForReview)
  async submit(@Id() subscriptionId: SubscriptionId, @Body() body: Submission, @EdgeCall() call: CallEnvelope) {
    const request = { subscriptionId, answers: body.answers ?? {} };
    const { subscription, ...submitted } = await this.questions.ask(
      subscriptions.submitForReview,
      'shared',
      request,
      call,
    );
    return {
      ...submitted,
      phase: subscription.phase,
      subscription: await this.productionCard.complete(subscription, call),
    };
  }

  @Post(':id/withdrawal')
  @Allow(subscriptions.withdrawSubmission, 'Take a submission back to the sandbox')
  @Answer(200, subscriptions.withdrawSubmission)
  async withdraw(@Id() subscriptionId: SubscriptionId, @EdgeCall() call: CallEnvelope) {
    const subscription = await this.questions.ask(subscriptions.withdrawSubmission, 'shared', { subscriptionId }, call);
    return this.productionCard.complete(subscription, call);
  }
}
