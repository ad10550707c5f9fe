import { Body, Controller, Delete, Get, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Allow, EdgeContext, Field, RespondsWith, Id, PageQuery, WholeInQuery } from '#libs/http';
import { subscriptions, type PlanId, type SubscriptionId } from '#libs/contracts';
import { fail } from '#libs/errors';
import { z } from 'zod';
import { RpcClient, type RequestContext } from '#libs/rpc';

class SubscriptionsQuery extends PageQuery {
  @Field(subscriptions.listSubscriptions.request.shape.state) state?: subscriptions.SubscriptionFilter;
}

class NewSubscription {
  @Field(subscriptions.createSubscription.request.shape.planId) planId!: PlanId;
  @Field(subscriptions.createSubscription.request.shape.name) name!: string;
}

class Submission {
  @Field(subscriptions.submitForReview.request.shape.answers, {
    description: '`{<stepId>: {…}}`, as the form of the plan asks.',
  })
  answers?: Record<string, Record<string, unknown>>;

  @Field(subscriptions.submitForReview.request.shape.formVersion, {
    description: 'Of the form that is answered: 409 if another is in force. Left out: whichever is in force.',
  })
  formVersion?: number | null;
}

class FormQuery {
  @WholeInQuery()
  @Field(subscriptions.getForm.request.shape.version, { description: 'Left out: the version in force.' })
  version?: number;
}

class CancellationQuery {
  /** What a query can say of a flag. */
  @Field(z.enum(['true', 'false']).optional(), {
    description: '`false`: the live session tokens of its keys live until they expire.',
  })
  revokeTokens?: string;
}

class Cancellation {
  @Field(subscriptions.cancelInProduction.request.shape.confirm, { description: 'The name of the subscription.' })
  confirm!: string;

  @Field(subscriptions.cancelInProduction.request.shape.revokeTokens, {
    description: '`false`: the live session tokens of its keys live until they expire.',
  })
  revokeTokens?: boolean;
}

@ApiTags('Subscriptions')
@Controller('v1/subscriptions')
export class SubscriptionsController {
  constructor(private readonly rpc: RpcClient) {}

  @Post()
  @Allow(subscriptions.createSubscription, 'Subscribe to a plan')
  @RespondsWith(201, subscriptions.createSubscription)
  create(@Body() body: NewSubscription, @EdgeContext() context: RequestContext) {
    return this.rpc.call(subscriptions.createSubscription, 'shared', body, context);
  }

  @Get()
  @Allow(subscriptions.listSubscriptions, "The organisation's subscriptions, seen alike from both accounts")
  @RespondsWith(200, subscriptions.listSubscriptions)
  list(@Query() query: SubscriptionsQuery, @EdgeContext() context: RequestContext) {
    return this.rpc.call(subscriptions.listSubscriptions, 'shared', query, context);
  }

  @Get(':id')
  @Allow(subscriptions.getSubscription, 'A subscription: phase, notices, and what production still waits for')
  @RespondsWith(200, subscriptions.getSubscription)
  get(@Id() subscriptionId: SubscriptionId, @EdgeContext() context: RequestContext) {
    return this.rpc.call(subscriptions.getSubscription, 'shared', { subscriptionId }, context);
  }

  @Delete(':id')
  @Allow(subscriptions.cancelSubscription, 'Cancel a subscription that has no production keys; its keys end')
  @RespondsWith(204)
  async cancel(
    @Id() subscriptionId: SubscriptionId,
    @Query() query: CancellationQuery,
    @EdgeContext() context: RequestContext,
  ) {
    const request = { subscriptionId, revokeTokens: query.revokeTokens !== 'false' };
    await this.rpc.call(subscriptions.cancelSubscription, 'shared', request, context);
  }

  @Post(':id/cancellation')
  @Allow(subscriptions.cancelInProduction, 'Cancel a subscription that is in production; its keys stop at once')
  @RespondsWith(200, subscriptions.cancelInProduction)
  cancelInProduction(
    @Id() subscriptionId: SubscriptionId,
    @Body() body: Cancellation,
    @EdgeContext() context: RequestContext,
  ) {
    const request = { subscriptionId, ...body };
    return this.rpc.call(subscriptions.cancelInProduction, 'shared', request, context);
  }

  @Delete(':id/cancellation')
  @Allow(subscriptions.restoreSubscription, 'Take a cancellation back while there is time; the keys get tokens again')
  @RespondsWith(204)
  async restore(@Id() subscriptionId: SubscriptionId, @EdgeContext() context: RequestContext) {
    await this.rpc.call(subscriptions.restoreSubscription, 'shared', { subscriptionId }, context);
  }

  @Get(':id/test-data')
  @Allow(subscriptions.getTestData, 'The sandbox test data the provider has set')
  @RespondsWith(200, subscriptions.getTestData)
  testData(@Id() subscriptionId: SubscriptionId, @EdgeContext() context: RequestContext) {
    return this.rpc.call(subscriptions.getTestData, 'shared', { subscriptionId }, context);
  }

  @Get(':id/form')
  @Allow(subscriptions.getForm, 'The submission form in force, or one that was answered; 404 where the plan has none')
  @RespondsWith(200, { reply: subscriptions.form })
  async form(@Id() subscriptionId: SubscriptionId, @Query() query: FormQuery, @EdgeContext() context: RequestContext) {
    const { form } = await this.rpc.call(subscriptions.getForm, 'shared', { subscriptionId, ...query }, context);
    if (!form) fail('not_found', missingForm(query));
    return form;
  }

  @Get(':id/timeline')
  @Allow(subscriptions.getTimeline, 'Everything that happened to the subscription: what, who, when, notes')
  @RespondsWith(200, subscriptions.getTimeline)
  timeline(@Id() subscriptionId: SubscriptionId, @EdgeContext() context: RequestContext) {
    return this.rpc.call(subscriptions.getTimeline, 'shared', { subscriptionId }, context);
  }

  @Get(':id/submissions')
  @Allow(subscriptions.listSubmissions, 'What was submitted, newest first, each with its answers and the decision')
  @RespondsWith(200, subscriptions.listSubmissions)
  submissions(@Id() subscriptionId: SubscriptionId, @Query() page: PageQuery, @EdgeContext() context: RequestContext) {
    return this.rpc.call(subscriptions.listSubmissions, 'shared', { subscriptionId, ...page }, context);
  }

  @Post(':id/submissions')
  @Allow(subscriptions.submitForReview, 'Submit for review')
  @RespondsWith(201, subscriptions.submitForReview)
  submit(@Id() subscriptionId: SubscriptionId, @Body() body: Submission, @EdgeContext() context: RequestContext) {
    return this.rpc.call(subscriptions.submitForReview, 'shared', { subscriptionId, ...body }, context);
  }

  @Post(':id/nudge')
  @Allow(subscriptions.nudgeReview, 'Ask, once, what has become of a submission')
  @RespondsWith(200, subscriptions.nudgeReview)
  nudge(@Id() subscriptionId: SubscriptionId, @EdgeContext() context: RequestContext) {
    return this.rpc.call(subscriptions.nudgeReview, 'shared', { subscriptionId }, context);
  }

  @Post(':id/withdrawal')
  @Allow(subscriptions.withdrawSubmission, 'Take a submission back to the sandbox')
  @RespondsWith(200, subscriptions.withdrawSubmission)
  withdraw(@Id() subscriptionId: SubscriptionId, @EdgeContext() context: RequestContext) {
    return this.rpc.call(subscriptions.withdrawSubmission, 'shared', { subscriptionId }, context);
  }
}

const missingForm = ({ version }: FormQuery): string =>
  version === undefined
    ? 'The plan of this subscription has no submission form: submit without answers.'
    : `The submission form of this plan has no version ${version}.`;
