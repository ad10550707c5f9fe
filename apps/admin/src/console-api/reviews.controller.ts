import { Body, Controller, Delete, Get, Post, Put, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Allow, EdgeContext, Field, RespondsWith, Id, PageQuery } from '#libs/http';
import { subscriptions, type ReplyOf, type SubmissionId } from '#libs/contracts';
import { RpcClient, type RequestContext } from '#libs/rpc';
import { StaffListQuery } from './staff-list-query';

type State = ReplyOf<typeof subscriptions.getReview>['state'];

class ReviewQuery extends StaffListQuery {
  @Field(subscriptions.listReviews.request.shape.state) state?: State;
}

class WhatWasRead {
  @Field(subscriptions.approveSubmission.request.shape.number, {
    description: 'Of the submission that was read: a decision on another is refused.',
  })
  number?: number;
}

class Claim {
  @Field(subscriptions.claimSubmission.request.shape.takeOver, {
    description: 'An admin’s: whoever has claimed it loses it.',
  })
  takeOver?: boolean;
}

class Approval extends WhatWasRead {
  @Field(subscriptions.approveSubmission.request.shape.notes) notes?: string | null;
}

class Rejection extends WhatWasRead {
  @Field(subscriptions.rejectSubmission.request.shape.notes) notes!: string;
}

class Notes {
  @Field(subscriptions.reopenSubscription.request.shape.notes) notes!: string;
}

class ChangeItem {
  @Field(subscriptions.newChangeItem.shape.stepId) stepId?: string;

  @Field(subscriptions.newChangeItem.shape.field, {
    description: '`street`, or `address.street`: of a list, all its items.',
  })
  field?: string;

  @Field(subscriptions.newChangeItem.shape.pointer, {
    description:
      'A JSON pointer, as the faults of answers have it: `/answers/company/address/street`. In place of `stepId` and `field`.',
  })
  pointer?: string;

  @Field(subscriptions.newChangeItem.shape.note) note!: string;
}

class ChangeRequest extends Rejection {
  @Field(subscriptions.requestChanges.request.shape.items, { type: () => ChangeItem }) items?: ChangeItem[];
}

class TalkEntry {
  @Field(subscriptions.addToReviewTalk.request.shape.text, {
    description: 'Text alone: nothing can be attached.',
  })
  text!: string;

  @Field(subscriptions.addToReviewTalk.request.shape.internal, {
    description: '`true`: a note that staff alone sees, of which nobody is told; `false`: a message to the partner.',
  })
  internal!: boolean;
}

@ApiTags('Reviews')
@Controller('v1/reviews')
export class ReviewsController {
  constructor(private readonly rpc: RpcClient) {}

  @Get()
  @Allow(subscriptions.listReviews, 'Submissions; `state=pending` is the queue, longest waiting first')
  @RespondsWith(200, subscriptions.listReviews)
  list(@Query() query: ReviewQuery, @EdgeContext() context: RequestContext) {
    return this.rpc.call(subscriptions.listReviews, 'shared', query, context);
  }

  @Get(':id')
  @Allow(subscriptions.getReview, 'A submission with its answers and the form they answered')
  @RespondsWith(200, subscriptions.getReview)
  get(@Id() submissionId: SubmissionId, @EdgeContext() context: RequestContext) {
    return this.rpc.call(subscriptions.getReview, 'shared', { submissionId }, context);
  }

  @Put(':id/claim')
  @Allow(subscriptions.claimSubmission, 'Claim a submission: nobody else decides on it meanwhile')
  @RespondsWith(200, subscriptions.claimSubmission)
  claim(@Id() submissionId: SubmissionId, @Body() body: Claim, @EdgeContext() context: RequestContext) {
    return this.rpc.call(subscriptions.claimSubmission, 'shared', { submissionId, ...body }, context);
  }

  @Delete(':id/claim')
  @Allow(subscriptions.releaseSubmission, 'Give a claimed submission back; an admin for anybody')
  @RespondsWith(204)
  async release(@Id() submissionId: SubmissionId, @EdgeContext() context: RequestContext) {
    await this.rpc.call(subscriptions.releaseSubmission, 'shared', { submissionId }, context);
  }

  @Post(':id/approval')
  @Allow(subscriptions.approveSubmission, 'Approve: the subscription goes to production')
  @RespondsWith(200, subscriptions.approveSubmission)
  approve(@Id() submissionId: SubmissionId, @Body() body: Approval, @EdgeContext() context: RequestContext) {
    return this.rpc.call(subscriptions.approveSubmission, 'shared', { submissionId, ...body }, context);
  }

  @Post(':id/rejection')
  @Allow(subscriptions.rejectSubmission, 'Reject, with notes')
  @RespondsWith(200, subscriptions.rejectSubmission)
  reject(@Id() submissionId: SubmissionId, @Body() body: Rejection, @EdgeContext() context: RequestContext) {
    return this.rpc.call(subscriptions.rejectSubmission, 'shared', { submissionId, ...body }, context);
  }

  @Post(':id/change-request')
  @Allow(subscriptions.requestChanges, 'Ask for changes, with notes: the subscription goes back to the sandbox')
  @RespondsWith(200, subscriptions.requestChanges)
  requestChanges(
    @Id() submissionId: SubmissionId,
    @Body() body: ChangeRequest,
    @EdgeContext() context: RequestContext,
  ) {
    return this.rpc.call(subscriptions.requestChanges, 'shared', { submissionId, ...body }, context);
  }

  @Post(':id/reopening')
  @Allow(subscriptions.reopenSubscription, 'Reopen what this submission was rejected for: back to the sandbox')
  @RespondsWith(200, subscriptions.reopenSubscription)
  reopen(@Id() submissionId: SubmissionId, @Body() body: Notes, @EdgeContext() context: RequestContext) {
    return this.rpc.call(subscriptions.reopenSubscription, 'shared', { submissionId, ...body }, context);
  }

  @Get(':id/messages')
  @Allow(subscriptions.listReviewTalk, 'What both sides have written about the subscription, and internal notes')
  @RespondsWith(200, subscriptions.listReviewTalk)
  talk(@Id() submissionId: SubmissionId, @Query() page: PageQuery, @EdgeContext() context: RequestContext) {
    return this.rpc.call(subscriptions.listReviewTalk, 'shared', { submissionId, ...page }, context);
  }

  @Post(':id/messages')
  @Allow(subscriptions.addToReviewTalk, 'Write to the partner, or note something internally; without attachments')
  @RespondsWith(201, subscriptions.addToReviewTalk)
  addToTalk(@Id() submissionId: SubmissionId, @Body() body: TalkEntry, @EdgeContext() context: RequestContext) {
    return this.rpc.call(subscriptions.addToReviewTalk, 'shared', { submissionId, ...body }, context);
  }
}
