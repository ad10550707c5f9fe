import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Allow, EdgeCall } from '#libs/access';
import { subscriptions, type ReplyOf, type SubmissionId } from '#libs/contracts';
import { Answer, Id, ListOf, OneOf, PageQuery, Slug, Text } from '#libs/http';
import { QuestionClient, type CallEnvelope } from '#libs/messaging';

type State = ReplyOf<typeof subscriptions.getReview>['state'];

class ReviewQuery extends PageQuery {
  @OneOf(subscriptions.submissionState.options, { optional: true }) state?: State;
}

class OptionalNotes {
  @Text({ optional: true, nullable: true, max: 4_000 }) notes?: string | null;
}

class Notes {
  @Text({ max: 4_000 }) notes!: string;
}

class ChangeItem {
  @Slug() stepId!: string;
  @Text({ max: 200 }) field!: string;
  @Text({ max: 2_000 }) note!: string;
}

class ChangeRequest extends Notes {
  @ListOf(() => ChangeItem, { optional: true, max: 100 }) items?: ChangeItem[];
}

@ApiTags('Reviews')
@Controller('v1/reviews')
export class ReviewsController {
  constructor(private readonly questions: QuestionClient) {}

  @Get()
  @Allow(subscriptions.listReviews, 'Submissions; `state=pending` is the queue, longest waiting first')
  @Answer(200, subscriptions.listReviews)
  list(@Query() query: ReviewQuery, @EdgeCall() call: CallEnvelope) {
    return this.questions.ask(subscriptions.listReviews, 'shared', query, call);
  }

  @Get(':id')
  @Allow(subscriptions.getReview, 'A submission with its answers and the form they answered')
  @Answer(200, subscriptions.getReview)
  get(@Id() submissionId: SubmissionId, @EdgeCall() call: CallEnvelope) {
    return this.questions.ask(subscriptions.getReview, 'shared', { submissionId }, call);
  }

  @Post(':id/approval')
  @Allow(subscriptions.approveSubmission, 'Approve: the subscription goes to production')
  @Answer(200, subscriptions.approveSubmission)
  approve(@Id() submissionId: SubmissionId, @Body() { notes }: OptionalNotes, @EdgeCall() call: CallEnvelope) {
    return this.questions.ask(subscriptions.approveSubmission, 'shared', { submissionId, notes: notes ?? null }, call);
  }

  @Post(':id/rejection')
  @Allow(subscriptions.rejectSubmission, 'Reject, with notes')
  @Answer(200, subscriptions.rejectSubmission)
  reject(@Id() submissionId: SubmissionId, @Body() { notes }: Notes, @EdgeCall() call: CallEnvelope) {
    return this.questions.ask(subscriptions.rejectSubmission, 'shared', { submissionId, notes }, call);
  }

  @Post(':id/change-request')
  @Allow(subscriptions.requestChanges, 'Ask for changes, with notes: the subscription goes back to the sandbox')
  @Answer(200, subscriptions.requestChanges)
  requestChanges(
    @Id() submissionId: SubmissionId,
    @Body() { notes, items }: ChangeRequest,
    @EdgeCall() call: CallEnvelope,
  ) {
    return this.questions.ask(
      subscriptions.requestChanges,
      'shared',
      { submissionId, notes, items: items ?? [] },
      call,
    );
  }

  @Post(':id/reopening')
  @Allow(subscriptions.reopenSubscription, 'Reopen what this submission was rejected for: back to the sandbox')
  @Answer(200, subscriptions.reopenSubscription)
  reopen(@Id() submissionId: SubmissionId, @Body() { notes }: Notes, @EdgeCall() call: CallEnvelope) {
    return this.questions.ask(subscriptions.reopenSubscription, 'shared', { submissionId, notes }, call);
  }
}
