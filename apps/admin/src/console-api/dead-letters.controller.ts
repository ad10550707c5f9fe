import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Allow, EdgeCall } from '#libs/access';
import { platformQuestions, services } from '#libs/contracts';
import { Answer } from '#libs/http';
import { QuestionClient, type CallEnvelope } from '#libs/messaging';

const anyService = platformQuestions('identity').listDeadLetters;

@ApiTags('Operations')
@Controller('v1/dead-letters')
export class DeadLettersController {
  constructor(private readonly questions: QuestionClient) {}

  @Get()
  @Allow(anyService, 'Events that a service could not digest; the others went on without them')
  @Answer(200, anyService)
  async list(@EdgeCall() call: CallEnvelope) {
    const replies = await Promise.all(
      services.map((service) => this.questions.ask(platformQuestions(service).listDeadLetters, 'shared', {}, call)),
    );
    return { items: replies.flatMap(({ items }) => items) };
  }
}
