import { Controller, Get, Header } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { AllowAnyone } from '#libs/access';
import type { Environment } from '#libs/contracts';
import { config } from '../config';

/** RFC 8414. One issuer per environment. */
function metadataOf(environment: Environment) {
  const issuer = `${config.SLIPWAY_PUBLIC_URL}/${environment}`;
  return {
    issuer,
    token_endpoint: `${issuer}/oauth2/token`,
    jwks_uri: `${issuer}/oauth2/jwks`,
    grant_types_supported: ['client_credentials'],
    response_types_supported: [],
    token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
    service_documentation: `${config.SLIPWAY_PUBLIC_URL}/docs`,
  };
}

@ApiTags('OAuth 2.0')
@Controller()
export class MetadataController {
  @Get(['.well-known/oauth-authorization-server/sandbox', 'sandbox/.well-known/openid-configuration'])
  @AllowAnyone('Authorization server metadata of the sandbox (RFC 8414)')
  @Header('Cache-Control', 'public, max-age=300')
  sandbox() {
    return metadataOf('sandbox');
  }

  @Get(['.well-known/oauth-authorization-server/production', 'production/.well-known/openid-configuration'])
  @AllowAnyone('Authorization server metadata of production (RFC 8414)')
  @Header('Cache-Control', 'public, max-age=300')
  production() {
    return metadataOf('production');
  }
}
