import { Body, Controller, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Allow, EdgeContext, Field, RespondsWith } from '#libs/http';
import { identity } from '#libs/contracts';
import { RpcClient, type RequestContext } from '#libs/rpc';

const registration = identity.registerPartner.request.shape;

export class NewAdmin {
  @Field(registration.admin.shape.username) username!: string;
  @Field(registration.admin.shape.displayName) displayName!: string;
  @Field(registration.admin.shape.email) email!: string;
  @Field(registration.admin.shape.password) password!: string;
}

class Registration {
  @Field(registration.name) name!: string;
  @Field(registration.domain) domain!: string;
  @Field(registration.programme) programme!: string;
  @Field(registration.type) type!: string;
  @Field(registration.admin, { type: () => NewAdmin }) admin!: NewAdmin;
}

@ApiTags('Partners')
@Controller('v1/partners')
export class PartnersController {
  constructor(private readonly rpc: RpcClient) {}

  @Post()
  @Allow(identity.registerPartner, 'Register an organisation; opens its primary account')
  @RespondsWith(201, identity.registerPartner)
  register(@Body() body: Registration, @EdgeContext() context: RequestContext) {
    return this.rpc.call(identity.registerPartner, 'shared', body, context);
  }
}
