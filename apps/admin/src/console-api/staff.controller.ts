import { Body, Controller, Get, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Allow, EdgeCall } from '#libs/access';
import { identity, staffRoles, type StaffId, type StaffRole } from '#libs/contracts';
import { Answer, EmailAddress, Flag, Id, OneOf, PageQuery, Password, Text } from '#libs/http';
import { QuestionClient, type CallEnvelope } from '#libs/messaging';

class NewStaff {
  @EmailAddress() email!: string;
  @Text() displayName!: string;
  @OneOf(staffRoles) role!: StaffRole;
  @Password() password!: string;
}

class StaffChange {
  @Text({ optional: true }) displayName?: string;
  @OneOf(staffRoles, { optional: true }) role?: StaffRole;
  @Password({ optional: true }) password?: string;
  @Flag({ optional: true, description: 'False: may not sign in any more.' }) active?: boolean;
}

@ApiTags('Staff')
@Controller('v1/staff')
export class StaffController {
  constructor(private readonly questions: QuestionClient) {}

  @Get()
  @Allow(identity.listStaff, 'Staff')
  @Answer(200, identity.listStaff)
  list(@Query() page: PageQuery, @EdgeCall() call: CallEnvelope) {
    return this.questions.ask(identity.listStaff, 'shared', page, call);
  }

  @Post()
  @Allow(identity.createStaff, 'Add somebody to the staff')
  @Answer(201, identity.createStaff)
  create(@Body() body: NewStaff, @EdgeCall() call: CallEnvelope) {
    return this.questions.ask(identity.createStaff, 'shared', body, call);
  }

  @Patch(':id')
  @Allow(identity.updateStaff, 'Change somebody of the staff')
  @Answer(200, identity.updateStaff)
  update(@Id() staffId: StaffId, @Body() body: StaffChange, @EdgeCall() call: CallEnvelope) {
    return this.questions.ask(identity.updateStaff, 'shared', { staffId, ...body }, call);
  }
}
