import { Body, Controller, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { AllowAnyone, EdgeCall } from '#libs/access';
import { identity } from '#libs/contracts';
import { Answer, DomainName, EmailAddress, Nested, Password, Term, Text, Username } from '#libs/http';
import { QuestionClient, type CallEnvelope } from '#libs/messaging';

export class NewAdmin {
  @Username() username!: string;
  @Text() displayName!: string;
  @EmailAddress() email!: string;
  @Password() password!: string;
}

class Registration {
  @Text() name!: string;
  @DomainName() domain!: string;
  @Term() programme!: string;
  @Term() type!: string;
  @Nested(() => NewAdmin) admin!: NewAdmin;
}

@ApiTags('Partners')
@Controller('v1/partners')
export class PartnersController {
  constructor(private readonly questions: QuestionClient) {}

  @Post()
  @AllowAnyone('Register an organisation; opens its primary account')
  @Answer(201, identity.registerPartner)
  register(@Body() body: Registration, @EdgeCall() call: CallEnvelope) {
    return this.questions.ask(identity.registerPartner, 'shared', body, call);
  }
}
