import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Allow, EdgeContext, RespondsWith } from '#libs/http';
import { platformMethods, services } from '#libs/contracts';
import { RpcClient, type RequestContext } from '#libs/rpc';

const anyService = platformMethods('identity').listDeadLetters;

@ApiTags('Operations')
@Controller('v1/dead-letters')
export class DeadLettersController {
  constructor(private readonly rpc: RpcClient) {}

  @Get()
  @Allow(anyService, 'Events that a service could not digest; the others went on without them')
  @RespondsWith(200, anyService)
  async list(@EdgeContext() context: RequestContext) {
    const replies = await Promise.all(
      services.map((service) => this.rpc.call(platformMethods(service).listDeadLetters, 'shared', {}, context)),
    );
    return { items: replies.flatMap(({ items }) => items) };
  }
}
