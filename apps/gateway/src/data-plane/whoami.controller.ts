import { Controller, Get, Header, Req } from '@nestjs/common';
import { ApiBearerAuth, ApiResponse, ApiTags } from '@nestjs/swagger';
import { AllowAnyone, type EdgeRequest } from '#libs/http';
import { environments, type Environment } from '#libs/contracts';
import { PathEnvironment } from '../tokens/request-environment';
import { VerifiedTokens } from '../tokens/verified-tokens';
import { whoami } from './whoami';

@ApiTags('Data plane')
@Controller([...environments])
export class WhoamiController {
  constructor(private readonly tokens: VerifiedTokens) {}

  @Get('whoami')
  @AllowAnyone('What the session token stands for')
  @ApiBearerAuth('token')
  @ApiResponse({
    status: 200,
    description:
      '`{environment, applicationId, partnerId, subscriptionId, expiresAt}`. By other methods and below this address as ' +
      "well: so do proxies ask about a call, such as Envoy's `ext_authz`.",
  })
  @Header('Cache-Control', 'no-store')
  whoami(@PathEnvironment() environment: Environment, @Req() request: EdgeRequest) {
    return whoami(this.tokens, environment, request);
  }
}
