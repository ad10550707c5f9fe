import { Body, Controller, Delete, Get, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Allow, EdgeContext, Field, Id, PageQuery, RespondsWith } from '#libs/http';
import { subscriptions, type ReviewerGroupId, type StaffId } from '#libs/contracts';
import { RpcClient, type RequestContext } from '#libs/rpc';

const newGroup = subscriptions.createReviewerGroup.request.shape;
const change = subscriptions.updateReviewerGroup.request.shape;

class NewGroup {
  @Field(newGroup.name) name!: string;
  @Field(newGroup.members, { description: 'IDs of staff.' }) members?: StaffId[];
}

class GroupChange {
  @Field(change.name) name?: string;
  @Field(change.members, { description: 'IDs of staff, in place of all that were members.' }) members?: StaffId[];
}

@ApiTags('Reviewer groups')
@Controller('v1/reviewer-groups')
export class ReviewerGroupsController {
  constructor(private readonly rpc: RpcClient) {}

  @Get()
  @Allow(subscriptions.listReviewerGroups, 'Groups of reviewers, with their members')
  @RespondsWith(200, subscriptions.listReviewerGroups)
  list(@Query() page: PageQuery, @EdgeContext() context: RequestContext) {
    return this.rpc.call(subscriptions.listReviewerGroups, 'shared', page, context);
  }

  @Post()
  @Allow(subscriptions.createReviewerGroup, 'Make a group of reviewers')
  @RespondsWith(201, subscriptions.createReviewerGroup)
  create(@Body() body: NewGroup, @EdgeContext() context: RequestContext) {
    return this.rpc.call(subscriptions.createReviewerGroup, 'shared', body, context);
  }

  @Patch(':id')
  @Allow(subscriptions.updateReviewerGroup, 'Rename a group of reviewers, or replace its members')
  @RespondsWith(200, subscriptions.updateReviewerGroup)
  update(@Id() reviewerGroupId: ReviewerGroupId, @Body() body: GroupChange, @EdgeContext() context: RequestContext) {
    return this.rpc.call(subscriptions.updateReviewerGroup, 'shared', { reviewerGroupId, ...body }, context);
  }

  @Delete(':id')
  @Allow(subscriptions.deleteReviewerGroup, 'Delete a group of reviewers that no plan names')
  @RespondsWith(204)
  async delete(@Id() reviewerGroupId: ReviewerGroupId, @EdgeContext() context: RequestContext) {
    await this.rpc.call(subscriptions.deleteReviewerGroup, 'shared', { reviewerGroupId }, context);
  }
}
