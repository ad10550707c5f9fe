import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Allow, EdgeContext, RespondsWith } from '#libs/http';
import { subscriptions } from '#libs/contracts';
import { RpcClient, type RequestContext } from '#libs/rpc';

@ApiTags('Subscriptions')
@Controller('v1/milestones')
export class MilestonesController {
  constructor(private readonly rpc: RpcClient) {}

  @Get()
  @Allow(
    subscriptions.listMilestones,
    'How far the organisation has come from sandbox to production',
    'All milestones, each with the first time that it was reached. They are the same for the people of both accounts.',
  )
  @RespondsWith(200, subscriptions.listMilestones)
  list(@EdgeContext() context: RequestContext) {
    return this.rpc.call(subscriptions.listMilestones, 'shared', {}, context);
  }
}
