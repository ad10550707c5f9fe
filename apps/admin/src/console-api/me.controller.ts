import { Body, Controller, Delete, Post, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Allow, EdgeContext, Field, RespondsWith } from '#libs/http';
import { identity } from '#libs/contracts';
import { RpcClient, type RequestContext } from '#libs/rpc';

class PasswordChange {
  @Field(identity.changeStaffPassword.request.shape.current) current!: string;
  @Field(identity.changeStaffPassword.request.shape.new) new!: string;
}

class Confirmation {
  @Field(identity.confirmSecondFactor.request.shape.code, { description: 'That the authenticator shows.' })
  code!: string;
}

/** What a member of the staff does about themselves. */
@ApiTags('Me')
@Controller('v1/me')
export class MeController {
  constructor(private readonly rpc: RpcClient) {}

  @Put('password')
  @Allow(identity.changeStaffPassword, 'Change your own password; your other sessions end')
  @RespondsWith(200, identity.changeStaffPassword)
  changePassword(@Body() body: PasswordChange, @EdgeContext() context: RequestContext) {
    return this.rpc.call(identity.changeStaffPassword, 'shared', body, context);
  }

  @Put('second-factor')
  @Allow(identity.startSecondFactor, 'Begin to enrol a second factor, or to replace yours')
  @RespondsWith(200, identity.startSecondFactor)
  start(@EdgeContext() context: RequestContext) {
    return this.rpc.call(identity.startSecondFactor, 'shared', {}, context);
  }

  @Post('second-factor/confirmation')
  @Allow(identity.confirmSecondFactor, 'Take it into use with its first code; shows the recovery codes once')
  @RespondsWith(200, identity.confirmSecondFactor)
  confirm(@Body() body: Confirmation, @EdgeContext() context: RequestContext) {
    return this.rpc.call(identity.confirmSecondFactor, 'shared', body, context);
  }

  @Delete('second-factor')
  @Allow(identity.removeSecondFactor, 'Give up your second factor, where none is required')
  @RespondsWith(204)
  async remove(@EdgeContext() context: RequestContext) {
    await this.rpc.call(identity.removeSecondFactor, 'shared', {}, context);
  }
}
