import { Controller, Get, Header, Inject } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { AllowAnyone } from '#libs/http';
import type { Environment } from '#libs/contracts';
import { GatewayConfig } from '../config';

@ApiTags('OAuth 2.0')
@Controller()
export class MetadataController {
  constructor(@Inject(GatewayConfig) private readonly config: GatewayConfig) {}

  @Get(['.well-known/oauth-authorization-server/sandbox', 'sandbox/.well-known/openid-configuration'])
  @AllowAnyone('Authorization server metadata of the sandbox (RFC 8414)')
  @Header('Cache-Control', 'public, max-age=300')
  sandbox() {
    return this.metadataOf('sandbox');
  }

  @Get(['.well-known/oauth-authorization-server/production', 'production/.well-known/openid-configuration'])
  @AllowAnyone('Authorization server metadata of production (RFC 8414)')
  @Header('Cache-Control', 'public, max-age=300')
  production() {
    return this.metadataOf('production');
  }

  /** RFC 8414. One issuer per environment. */
  private metadataOf(environment: Environment) {
    const issuer = `${this.config.SLIPWAY_PUBLIC_URL}/${environment}`;
    return {
      issuer,
      token_endpoint: `${issuer}/oauth2/token`,
      jwks_uri: `${issuer}/oauth2/jwks`,
      grant_types_supported: ['client_credentials'],
      response_types_supported: [],
      token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
      service_documentation: `${this.config.SLIPWAY_PUBLIC_URL}/docs`,
    };
  }
}
