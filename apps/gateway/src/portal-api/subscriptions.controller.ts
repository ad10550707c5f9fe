import { Body, Controller, Delete, Get, Post, Put, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Allow, EdgeContext, Field, RespondsWith, Id, PageQuery, WholeInQuery } from '#libs/http';
import { subscriptions, type DraftVersion, type PlanId, type SubscriptionId } from '#libs/contracts';
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

class ChangeResponse {
  @Field(subscriptions.changeResponse.shape.item, { description: 'The `id` of the note.' }) item!: string;
  @Field(subscriptions.changeResponse.shape.addressed) addressed!: boolean;
  @Field(subscriptions.changeResponse.shape.comment, { description: 'How it was addressed, or why not.' })
  comment!: string;
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

  @Field(subscriptions.submitForReview.request.shape.responses, {
    type: () => ChangeResponse,
    description: 'One to each note that the last decision, if it requested changes, has pinned to a field.',
  })
  responses?: ChangeResponse[];
}

class Draft {
  @Field(subscriptions.saveDraft.request.shape.answers, {
    description: '`{<stepId>: {…}}`. Nothing has to be complete or valid yet.',
  })
  answers!: Record<string, Record<string, unknown>>;

  @Field(subscriptions.saveDraft.request.shape.formVersion, {
    description: 'Of the form that it is to answer. Left out: of the one in force.',
  })
  formVersion?: number | null;

  @Field(subscriptions.saveDraft.request.shape.version, {
    description:
      'Of the draft that was read: 409 with the other, in `draft`, if somebody has saved it since. Left out: there was none.',
  })
  version?: DraftVersion | null;
}

class NewMessage {
  @Field(subscriptions.sendReviewMessage.request.shape.text, {
    description: 'Text alone: nothing can be attached.',
  })
  text!: string;
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

  @Get(':id/draft')
  @Allow(subscriptions.getDraft, 'The submission in the making, as somebody of either account saved it last; 404: none')
  @RespondsWith(200, { reply: subscriptions.draft })
  async draft(@Id() subscriptionId: SubscriptionId, @EdgeContext() context: RequestContext) {
    const { draft } = await this.rpc.call(subscriptions.getDraft, 'shared', { subscriptionId }, context);
    if (!draft) fail('not_found', 'Nobody has saved a draft of the next submission.');
    return draft;
  }

  @Put(':id/draft')
  @Allow(subscriptions.saveDraft, 'Save the submission in the making, for all people of both accounts')
  @RespondsWith(200, subscriptions.saveDraft)
  saveDraft(@Id() subscriptionId: SubscriptionId, @Body() body: Draft, @EdgeContext() context: RequestContext) {
    return this.rpc.call(subscriptions.saveDraft, 'shared', { subscriptionId, ...body }, context);
  }

  @Get(':id/messages')
  @Allow(subscriptions.listReviewMessages, 'What both sides have written about its review, newest first')
  @RespondsWith(200, subscriptions.listReviewMessages)
  messages(@Id() subscriptionId: SubscriptionId, @Query() page: PageQuery, @EdgeContext() context: RequestContext) {
    return this.rpc.call(subscriptions.listReviewMessages, 'shared', { subscriptionId, ...page }, context);
  }

  @Post(':id/messages')
  @Allow(subscriptions.sendReviewMessage, 'Write to those who review it; text alone, without attachments')
  @RespondsWith(201, subscriptions.sendReviewMessage)
  sendMessage(@Id() subscriptionId: SubscriptionId, @Body() body: NewMessage, @EdgeContext() context: RequestContext) {
    return this.rpc.call(subscriptions.sendReviewMessage, 'shared', { subscriptionId, ...body }, context);
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
