import { Body, Controller, Get, Param, Put, Query } from '@nestjs/common';
import { ApiParam, ApiTags } from '@nestjs/swagger';
import { Allow, EdgeContext, Field, flagOf, queryFlag, RespondsWith } from '#libs/http';
import { environments, identity } from '#libs/contracts';
import { RpcClient, type RequestContext } from '#libs/rpc';
import { knownEnvironment } from './environment-in-path';

const { rules, revokeTokens } = identity.setEligibilityRules.request.shape;

class Rule {
  @Field(rules.element.shape.programme) programme!: string;
  @Field(rules.element.shape.type) type!: string;
}

class Rules {
  @Field(rules, { type: () => Rule }) rules!: Rule[];

  @Field(revokeTokens, { description: 'End the live session tokens of whoever is no longer eligible, too.' })
  revokeTokens?: boolean;
}

class RulesQuery {
  @Field(queryFlag(), { description: '`true`: says whom the rules would concern, and changes nothing.' })
  dryRun?: string;
}

@ApiTags('Eligibility')
@ApiParam({ name: 'environment', enum: environments })
@Controller('v1/eligibility/:environment')
export class EligibilityController {
  constructor(private readonly rpc: RpcClient) {}

  @Get()
  @Allow(identity.getEligibilityRules, 'Which programmes and types may use the API')
  @RespondsWith(200, identity.getEligibilityRules)
  get(@Param('environment') environment: string, @EdgeContext() context: RequestContext) {
    return this.rpc.call(
      identity.getEligibilityRules,
      'shared',
      { environment: knownEnvironment(environment) },
      context,
    );
  }

  @Put()
  @Allow(identity.setEligibilityRules, 'Replace the rules of an environment; says whose eligibility that changes')
  @RespondsWith(200, identity.setEligibilityRules)
  set(
    @Param('environment') environment: string,
    @Body() body: Rules,
    @Query() query: RulesQuery,
    @EdgeContext() context: RequestContext,
  ) {
    const request = { environment: knownEnvironment(environment), ...body, dryRun: flagOf(query.dryRun) };
    return this.rpc.call(identity.setEligibilityRules, 'shared', request, context);
  }
}
