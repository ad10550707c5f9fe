import { Controller, Get, Header, Req } from '@nestjs/common';
import { ApiBearerAuth, ApiResponse, ApiTags } from '@nestjs/swagger';
import { AllowAnyone, problemResponse, replySchema, type EdgeRequest } from '#libs/http';
import { environments, type Environment } from '#libs/contracts';
import { tokenOwner } from '../tokens/documented-tokens';
import { PathEnvironment } from '../tokens/request-environment';
import { VerifiedTokens } from '../tokens/verified-tokens';
import { FirstCalls } from './first-calls';
import { whoami } from './whoami';

@ApiTags('Data plane')
@Controller([...environments])
export class WhoamiController {
  constructor(
    readonly tokens: VerifiedTokens,
    readonly firstCalls: FirstCalls,
  ) {}

  @Get('whoami')
  @AllowAnyone('What the session token stands for')
  @ApiBearerAuth('token')
  @ApiResponse({
    status: 200,
    description:
      "By other methods and below this address as well: so do proxies ask about a call, such as Envoy's `ext_authz`.",
    content: { 'application/json': { schema: replySchema(tokenOwner) } },
  })
  @ApiResponse(problemResponse(401, ['token_required', 'invalid_token', 'wrong_environment']))
  @ApiResponse(problemResponse(403, ['address_not_allowed']))
  @ApiResponse(problemResponse(503, ['unavailable']))
  @Header('Cache-Control', 'no-store')
  whoami(@PathEnvironment() environment: Environment, @Req() request: EdgeRequest) {
    return whoami(this, environment, request);
  }
}
