import { Body, Controller, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { environmentOfInvitation, identity } from '#libs/contracts';
import { Allow, EdgeContext, Field, RespondsWith } from '#libs/http';
import { RpcClient, type RequestContext } from '#libs/rpc';

class Acceptance {
  @Field(identity.acceptInvitation.request.shape.token, { description: 'Of the link: what follows the #.' })
  token!: string;
  @Field(identity.acceptInvitation.request.shape.password) password!: string;
}

@ApiTags('Passwords')
@Controller('v1/invitations')
export class InvitationsController {
  constructor(private readonly rpc: RpcClient) {}

  @Post('acceptance')
  @Allow(identity.acceptInvitation, 'Accept an invitation by setting your own password; its link works once')
  @RespondsWith(200, identity.acceptInvitation)
  accept(@Body() body: Acceptance, @EdgeContext() context: RequestContext) {
    // What names no environment is no token in any.
    const environment = environmentOfInvitation(body.token) ?? 'production';
    return this.rpc.call(identity.acceptInvitation, environment, body, context);
  }
}
