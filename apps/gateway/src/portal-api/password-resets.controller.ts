import { Body, Controller, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Allow, EdgeContext, Field, RespondsWith } from '#libs/http';
import { environmentOfResetToken, identity } from '#libs/contracts';
import { RpcClient, type RequestContext } from '#libs/rpc';

class NewPassword {
  @Field(identity.resetPassword.request.shape.token, { description: 'Of the link: what follows the #.' })
  token!: string;
  @Field(identity.resetPassword.request.shape.password) password!: string;
}

@ApiTags('Passwords')
@Controller('v1/password-resets')
export class PasswordResetsController {
  constructor(private readonly rpc: RpcClient) {}

  @Post('confirmation')
  @Allow(identity.resetPassword, 'Set a new password with a link; it works once, and all sessions end')
  @RespondsWith(200, identity.resetPassword)
  confirm(@Body() body: NewPassword, @EdgeContext() context: RequestContext) {
    // What names no environment is no token in any.
    const environment = environmentOfResetToken(body.token) ?? 'production';
    return this.rpc.call(identity.resetPassword, environment, body, context);
  }
}
