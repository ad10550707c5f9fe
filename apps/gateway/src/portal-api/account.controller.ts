import { Body, Controller, Delete, Get, Patch, Post, Put, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Allow, EdgeContext, Field, RespondsWith, Id, PageQuery } from '#libs/http';
import { identity, type PartnerRole, type PersonId } from '#libs/contracts';
import { RpcClient, type RequestContext } from '#libs/rpc';
import { environmentOf } from '../sessions/environment-of';

class ApiAccess {
  @Field(identity.setApiAccess.request.shape.enabled) enabled!: boolean;

  @Field(identity.setApiAccess.request.shape.revokeTokens, {
    description: 'End the live session tokens of the account, too.',
  })
  revokeTokens?: boolean;
}

class PolicyAcceptance {
  @Field(identity.completeSetup.request.shape.acceptPolicy, {
    description: 'The sandbox is for integration testing only.',
  })
  acceptPolicy!: true;

  @Field(identity.completeSetup.request.shape.policyVersion, {
    description: 'The version that you read (`GET /v1/sandbox/policy`): refused where another is in force by now.',
  })
  policyVersion?: string;
}

const newPerson = identity.addPerson.request.shape;

class NewAccountPerson {
  @Field(newPerson.username) username!: string;
  @Field(newPerson.displayName) displayName!: string;
  @Field(newPerson.email) email!: string;
  @Field(newPerson.role) role!: PartnerRole;
  @Field(newPerson.password, { description: 'Left out: they are invited by mail, and set their own.' })
  password?: string;
  @Field(newPerson.language, { description: 'In which mails to them are written, as far as there are words in it.' })
  language?: string;
}

class RoleChange {
  @Field(identity.changeRole.request.shape.role) role!: PartnerRole;
}

class PasswordChange {
  @Field(identity.changePassword.request.shape.current) current!: string;
  @Field(identity.changePassword.request.shape.new) new!: string;
}

@ApiTags('Account')
@Controller('v1/account')
export class AccountController {
  constructor(private readonly rpc: RpcClient) {}

  @Get()
  @Allow(identity.getAccount, 'The account that is signed in')
  @RespondsWith(200, identity.getAccount)
  get(@EdgeContext() context: RequestContext) {
    return this.rpc.call(identity.getAccount, environmentOf(context), {}, context);
  }

  @Put('api-access')
  @Allow(identity.setApiAccess, 'Switch API access on or off for this account')
  @RespondsWith(200, identity.setApiAccess)
  setApiAccess(@Body() body: ApiAccess, @EdgeContext() context: RequestContext) {
    return this.rpc.call(identity.setApiAccess, environmentOf(context), body, context);
  }

  @Delete('tokens')
  @Allow(identity.revokeAccountTokens, 'End the live session tokens of all keys of this account; they get new ones')
  @RespondsWith(204)
  async revokeTokens(@EdgeContext() context: RequestContext) {
    await this.rpc.call(identity.revokeAccountTokens, environmentOf(context), {}, context);
  }

  @Put('password')
  @Allow(identity.changePassword, 'Change your own password; your other sessions end')
  @RespondsWith(200, identity.changePassword)
  changePassword(@Body() body: PasswordChange, @EdgeContext() context: RequestContext) {
    return this.rpc.call(identity.changePassword, environmentOf(context), body, context);
  }

  @Post('setup')
  @Allow(identity.completeSetup, 'Accept the policy and complete the set-up of a sandbox account')
  @RespondsWith(200, identity.completeSetup)
  completeSetup(@Body() body: PolicyAcceptance, @EdgeContext() context: RequestContext) {
    return this.rpc.call(identity.completeSetup, environmentOf(context), body, context);
  }

  @Get('domain-verification')
  @Allow(identity.getDomainVerification, 'The DNS record that proves the domain, and whether it has been seen')
  @RespondsWith(200, identity.getDomainVerification)
  getDomainVerification(@EdgeContext() context: RequestContext) {
    return this.rpc.call(identity.getDomainVerification, 'shared', {}, context);
  }

  @Post('domain-verification')
  @Allow(identity.verifyDomain, 'Look for the DNS record that proves the domain')
  @RespondsWith(200, identity.verifyDomain)
  verifyDomain(@EdgeContext() context: RequestContext) {
    return this.rpc.call(identity.verifyDomain, 'shared', {}, context);
  }

  @Get('users')
  @Allow(identity.listPeople, 'People of this account')
  @RespondsWith(200, identity.listPeople)
  listPeople(@Query() page: PageQuery, @EdgeContext() context: RequestContext) {
    return this.rpc.call(identity.listPeople, environmentOf(context), page, context);
  }

  @Post('users')
  @Allow(identity.addPerson, 'Add somebody to this account')
  @RespondsWith(201, identity.addPerson)
  addPerson(@Body() body: NewAccountPerson, @EdgeContext() context: RequestContext) {
    return this.rpc.call(identity.addPerson, environmentOf(context), body, context);
  }

  @Patch('users/:id')
  @Allow(identity.changeRole, 'Give somebody of this account another role; it holds at once')
  @RespondsWith(200, identity.changeRole)
  changeRole(@Id() personId: PersonId, @Body() { role }: RoleChange, @EdgeContext() context: RequestContext) {
    return this.rpc.call(identity.changeRole, environmentOf(context), { personId, role }, context);
  }

  @Post('users/:id/invitation')
  @Allow(identity.inviteAgain, 'Send somebody who was invited a new link; the one before ends')
  @RespondsWith(200, identity.inviteAgain)
  inviteAgain(@Id() personId: PersonId, @EdgeContext() context: RequestContext) {
    return this.rpc.call(identity.inviteAgain, environmentOf(context), { personId }, context);
  }

  @Delete('users/:id')
  @Allow(identity.removePerson, 'Remove somebody from this account; their sessions end')
  @RespondsWith(204)
  async removePerson(@Id() personId: PersonId, @EdgeContext() context: RequestContext) {
    await this.rpc.call(identity.removePerson, environmentOf(context), { personId }, context);
  }
}
