import { Body, Controller, Get, Patch, Post, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { identity } from '#libs/contracts';
import { Allow, EdgeContext, Field, RespondsWith } from '#libs/http';
import { RpcClient, type RequestContext } from '#libs/rpc';
import { environmentOf } from '../sessions/environment-of';

const own = identity.updateOwnPerson.request.shape;
const change = identity.changeEmail.request.shape;

class OwnPersonChange {
  @Field(own.displayName) displayName?: string;
  @Field(own.language, { description: 'In which mails are written (BCP 47), as far as there are words in it.' })
  language?: string | null;
}

class EmailChange {
  @Field(change.email) email!: string;
  @Field(change.password, { description: 'Your own, as it is now.' }) password!: string;
}

@ApiTags('Account')
@Controller('v1/me')
export class MeController {
  constructor(private readonly rpc: RpcClient) {}

  @Get()
  @Allow(identity.getOwnPerson, 'Who is signed in')
  @RespondsWith(200, identity.getOwnPerson)
  get(@EdgeContext() context: RequestContext) {
    return this.rpc.call(identity.getOwnPerson, environmentOf(context), {}, context);
  }

  @Patch()
  @Allow(identity.updateOwnPerson, 'Change what you are called, and the language of mails to you')
  @RespondsWith(200, identity.updateOwnPerson)
  update(@Body() body: OwnPersonChange, @EdgeContext() context: RequestContext) {
    return this.rpc.call(identity.updateOwnPerson, environmentOf(context), body, context);
  }

  @Put('email')
  @Allow(identity.changeEmail, 'Have mail sent to another address, once it is proved; the present one takes that back')
  @RespondsWith(200, identity.changeEmail)
  changeEmail(@Body() body: EmailChange, @EdgeContext() context: RequestContext) {
    return this.rpc.call(identity.changeEmail, environmentOf(context), body, context);
  }

  @Post('email-verification')
  @Allow(identity.requestEmailVerification, 'Have the link sent once more that proves your address')
  @RespondsWith(200, identity.requestEmailVerification)
  requestVerification(@EdgeContext() context: RequestContext) {
    return this.rpc.call(identity.requestEmailVerification, environmentOf(context), {}, context);
  }
}
