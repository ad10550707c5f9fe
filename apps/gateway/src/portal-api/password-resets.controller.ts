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

class PasswordResetRequest {
  @Field(identity.requestPasswordReset.request.shape.username, {
    description: '`username@domain`, or an e-mail address.',
  })
  username!: string;
}

@ApiTags('Passwords')
@Controller('v1/password-resets')
export class PasswordResetsController {
  constructor(private readonly rpc: RpcClient) {}

  /** The same, whoever asks about whom. */
  @Post()
  @Allow(identity.requestPasswordReset, 'Have a link for a new password sent to whoever has forgotten theirs')
  @RespondsWith(202)
  async request(@Body() body: PasswordResetRequest, @EdgeContext() context: RequestContext) {
    await this.rpc.call(identity.requestPasswordReset, 'shared', body, context);
  }

  @Post('confirmation')
  @Allow(identity.resetPassword, 'Set a new password with a link; it works once, and all sessions end')
  @RespondsWith(200, identity.resetPassword)
  confirm(@Body() body: NewPassword, @EdgeContext() context: RequestContext) {
    // What names no environment is no token in any.
    const environment = environmentOfResetToken(body.token) ?? 'production';
    return this.rpc.call(identity.resetPassword, environment, body, context);
  }
}
