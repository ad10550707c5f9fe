import { Body, Controller, Delete, Get, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Allow, EdgeContext, Field, RespondsWith, Id, PageQuery } from '#libs/http';
import { identity, type StaffId, type StaffRole } from '#libs/contracts';
import { RpcClient, type RequestContext } from '#libs/rpc';

const newStaff = identity.createStaff.request.shape;
const change = identity.updateStaff.request.shape;

class NewStaff {
  @Field(newStaff.email) email!: string;
  @Field(newStaff.displayName) displayName!: string;
  @Field(newStaff.role) role!: StaffRole;
  @Field(newStaff.password) password!: string;
}

class StaffChange {
  @Field(change.displayName) displayName?: string;
  @Field(change.role) role?: StaffRole;
  @Field(change.password) password?: string;
  @Field(change.active, { description: 'False: may not sign in any more.' }) active?: boolean;
}

@ApiTags('Staff')
@Controller('v1/staff')
export class StaffController {
  constructor(private readonly rpc: RpcClient) {}

  @Get()
  @Allow(identity.listStaff, 'Staff')
  @RespondsWith(200, identity.listStaff)
  list(@Query() page: PageQuery, @EdgeContext() context: RequestContext) {
    return this.rpc.call(identity.listStaff, 'shared', page, context);
  }

  @Post()
  @Allow(identity.createStaff, 'Add somebody to the staff')
  @RespondsWith(201, identity.createStaff)
  create(@Body() body: NewStaff, @EdgeContext() context: RequestContext) {
    return this.rpc.call(identity.createStaff, 'shared', body, context);
  }

  @Patch(':id')
  @Allow(identity.updateStaff, 'Change somebody of the staff')
  @RespondsWith(200, identity.updateStaff)
  update(@Id() staffId: StaffId, @Body() body: StaffChange, @EdgeContext() context: RequestContext) {
    return this.rpc.call(identity.updateStaff, 'shared', { staffId, ...body }, context);
  }

  @Delete(':id/second-factor')
  @Allow(identity.resetSecondFactor, 'For a colleague who has lost their second factor; their sessions end')
  @RespondsWith(204)
  async resetSecondFactor(@Id() staffId: StaffId, @EdgeContext() context: RequestContext) {
    await this.rpc.call(identity.resetSecondFactor, 'shared', { staffId }, context);
  }
}
