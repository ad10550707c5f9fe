import { Body, Controller, Get, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Allow, EdgeContext, Field, RespondsWith } from '#libs/http';
import { identity } from '#libs/contracts';
import { RpcClient, type RequestContext } from '#libs/rpc';
import { NewAdmin } from './partners.controller';

class SandboxRequest {
  @Field(identity.requestSandbox.request.shape.admin, { type: () => NewAdmin }) admin!: NewAdmin;
}

@ApiTags('Sandbox')
@Controller('v1/sandbox')
export class SandboxController {
  constructor(private readonly rpc: RpcClient) {}

  @Post()
  @Allow(identity.requestSandbox, 'Ask for the integration sandbox account; a notification tells when it is there')
  @RespondsWith(202, identity.requestSandbox)
  request(@Body() body: SandboxRequest, @EdgeContext() context: RequestContext) {
    return this.rpc.call(identity.requestSandbox, 'shared', body, context);
  }

  @Get()
  @Allow(identity.getSandbox, 'The state of the sandbox, and whether this person may create it')
  @RespondsWith(200, identity.getSandbox)
  get(@EdgeContext() context: RequestContext) {
    return this.rpc.call(identity.getSandbox, 'shared', {}, context);
  }

  @Get('policy')
  @Allow(identity.getSandboxPolicy, 'The policy that is accepted with the set-up of the sandbox, and its version')
  @RespondsWith(200, identity.getSandboxPolicy)
  policy(@EdgeContext() context: RequestContext) {
    return this.rpc.call(identity.getSandboxPolicy, 'shared', {}, context);
  }
}
