import { Body, Controller, Get, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Allow, EdgeCall } from '#libs/access';
import { identity } from '#libs/contracts';
import { Answer, Nested } from '#libs/http';
import { QuestionClient, type CallEnvelope } from '#libs/messaging';
import { NewAdmin } from './partners.controller';

class SandboxRequest {
  @Nested(() => NewAdmin) admin!: NewAdmin;
}

@ApiTags('Sandbox')
@Controller('v1/sandbox')
export class SandboxController {
  constructor(private readonly questions: QuestionClient) {}

  @Post()
  @Allow(identity.requestSandbox, 'Ask for the integration sandbox account; a notification tells when it is there')
  @Answer(202, identity.requestSandbox)
  request(@Body() body: SandboxRequest, @EdgeCall() call: CallEnvelope) {
    return this.questions.ask(identity.requestSandbox, 'shared', body, call);
  }

  @Get()
  @Allow(identity.getSandbox, 'The state of the sandbox, and whether this person may create it')
  @Answer(200, identity.getSandbox)
  get(@EdgeCall() call: CallEnvelope) {
    return this.questions.ask(identity.getSandbox, 'shared', {}, call);
  }
}
