import { Controller, Get, Header, Req } from '@nestjs/common';
import { ApiBearerAuth, ApiResponse, ApiTags } from '@nestjs/swagger';
import { AllowAnyone, type EdgeRequest } from '#libs/http';
import { environments, type Environment } from '#libs/contracts';
import { PathEnvironment } from '../tokens/request-environment';
import { VerifiedTokens } from '../tokens/verified-tokens';

@ApiTags('Data plane')
@Controller([...environments])
export class WhoamiController {
  constructor(private readonly tokens: VerifiedTokens) {}

  @Get('whoami')
  @AllowAnyone('What the session token stands for')
  @ApiBearerAuth('token')
  @ApiResponse({ status: 200, description: '`{environment, applicationId, partnerId, subscriptionId, expiresAt}`' })
  @Header('Cache-Control', 'no-store')
  async whoami(@PathEnvironment() environment: Environment, @Req() { headers }: EdgeRequest) {
    const token = await this.tokens.verify(environment, headers.authorization);
    return {
      environment,
      applicationId: token.client_id,
      partnerId: token.partner_id,
      subscriptionId: token.subscription_id,
      expiresAt: new Date(token.exp * 1_000).toISOString(),
    };
  }
}
