import { Body, Controller, Get, Param, Put } from '@nestjs/common';
import { ApiParam, ApiTags } from '@nestjs/swagger';
import { Allow, EdgeCall } from '#libs/access';
import { environments, identity, isEnvironment, type Environment } from '#libs/contracts';
import { notFound } from '#libs/errors';
import { Answer, ListOf, Term } from '#libs/http';
import { QuestionClient, type CallEnvelope } from '#libs/messaging';

class Rule {
  @Term() programme!: string;
  @Term() type!: string;
}

class Rules {
  @ListOf(() => Rule, { max: 200 }) rules!: Rule[];
}

@ApiTags('Eligibility')
@ApiParam({ name: 'environment', enum: environments })
@Controller('v1/eligibility/:environment')
export class EligibilityController {
  constructor(private readonly questions: QuestionClient) {}

  @Get()
  @Allow(identity.getEligibilityRules, 'Which programmes and types may use the API')
  @Answer(200, identity.getEligibilityRules)
  get(@Param('environment') environment: string, @EdgeCall() call: CallEnvelope) {
    return this.questions.ask(identity.getEligibilityRules, 'shared', { environment: known(environment) }, call);
  }

  @Put()
  @Allow(identity.setEligibilityRules, 'Replace the rules of an environment')
  @Answer(200, identity.setEligibilityRules)
  set(@Param('environment') environment: string, @Body() { rules }: Rules, @EdgeCall() call: CallEnvelope) {
    return this.questions.ask(identity.setEligibilityRules, 'shared', { environment: known(environment), rules }, call);
  }
}

function known(environment: string): Environment {
  if (!isEnvironment(environment)) throw notFound();
  return environment;
}
