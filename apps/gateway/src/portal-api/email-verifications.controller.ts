import { Body, Controller, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { environmentOfVerification, identity } from '#libs/contracts';
import { Allow, EdgeContext, Field, RespondsWith } from '#libs/http';
import { RpcClient, type RequestContext } from '#libs/rpc';

class Verification {
  @Field(identity.verifyEmail.request.shape.token, { description: 'Of the link: what follows the #.' })
  token!: string;
}

@ApiTags('Passwords')
@Controller('v1/email-verifications')
export class EmailVerificationsController {
  constructor(private readonly rpc: RpcClient) {}

  @Post()
  @Allow(identity.verifyEmail, 'Prove with the link that was sent there that an e-mail address reaches you')
  @RespondsWith(200, identity.verifyEmail)
  verify(@Body() body: Verification, @EdgeContext() context: RequestContext) {
    // What names no environment is no token in any.
    const environment = environmentOfVerification(body.token) ?? 'production';
    return this.rpc.call(identity.verifyEmail, environment, body, context);
  }
}
