import { Body, Controller, Delete, Get, Post, Put, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Allow, EdgeCall } from '#libs/access';
import { identity, partnerRoles, type PartnerRole, type PersonId } from '#libs/contracts';
import { Answer, Flag, Id, OneOf, PageQuery } from '#libs/http';
import { QuestionClient, type CallEnvelope } from '#libs/messaging';
import { environmentOf } from '../environment-of';
import { NewAdmin } from './partners.controller';

class ApiAccess {
  @Flag() enabled!: boolean;
}

class PolicyAcceptance {
  @OneOf([true], { description: 'The sandbox is for integration testing only.' }) acceptPolicy!: true;
}

class NewUser extends NewAdmin {
  @OneOf(partnerRoles) role!: PartnerRole;
}

@ApiTags('Account')
@Controller('v1/account')
export class AccountController {
  constructor(private readonly questions: QuestionClient) {}

  @Get()
  @Allow(identity.getAccount, 'The account that is signed in')
  @Answer(200, identity.getAccount)
  get(@EdgeCall() call: CallEnvelope) {
    return this.questions.ask(identity.getAccount, environmentOf(call), {}, call);
  }

  @Put('api-access')
  @Allow(identity.setApiAccess, 'Switch API access on or off for this account')
  @Answer(200, identity.setApiAccess)
  setApiAccess(@Body() body: ApiAccess, @EdgeCall() call: CallEnvelope) {
    return this.questions.ask(identity.setApiAccess, environmentOf(call), body, call);
  }

  @Post('setup')
  @Allow(identity.completeSetup, 'Accept the policy and complete the set-up of a sandbox account')
  @Answer(200, identity.completeSetup)
  completeSetup(@Body() body: PolicyAcceptance, @EdgeCall() call: CallEnvelope) {
    return this.questions.ask(identity.completeSetup, environmentOf(call), body, call);
  }

  @Get('users')
  @Allow(identity.listPeople, 'People of this account')
  @Answer(200, identity.listPeople)
  listUsers(@Query() page: PageQuery, @EdgeCall() call: CallEnvelope) {
    return this.questions.ask(identity.listPeople, environmentOf(call), page, call);
  }

  @Post('users')
  @Allow(identity.addPerson, 'Add somebody to this account')
  @Answer(201, identity.addPerson)
  addUser(@Body() body: NewUser, @EdgeCall() call: CallEnvelope) {
    return this.questions.ask(identity.addPerson, environmentOf(call), body, call);
  }

  @Delete('users/:id')
  @Allow(identity.removePerson, 'Remove somebody from this account; their sessions end')
  @Answer(204)
  async removeUser(@Id() personId: PersonId, @EdgeCall() call: CallEnvelope) {
    await this.questions.ask(identity.removePerson, environmentOf(call), { personId }, call);
  }
}
