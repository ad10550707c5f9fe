import { Controller, Get, Inject, Options, Res } from '@nestjs/common';
import { ApiExcludeEndpoint, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { AllowAnyone } from '#libs/http';
import type { Environment } from '#libs/contracts';
import { GatewayConfig } from '../config';
import { serverMetadata } from './documented-tokens';
import { DocumentedPublic, sendPreflight, sendPublic } from './public-document';

const keptSeconds = 300;

const addressesOf = (environment: Environment) => [
  `.well-known/oauth-authorization-server/${environment}`,
  `${environment}/.well-known/openid-configuration`,
];
const addresses = { sandbox: addressesOf('sandbox'), production: addressesOf('production') };

@ApiTags('OAuth 2.0')
@Controller()
export class MetadataController {
  constructor(@Inject(GatewayConfig) private readonly config: GatewayConfig) {}

  @Get(addresses.sandbox)
  @AllowAnyone('Authorization server metadata of the sandbox (RFC 8414)')
  @DocumentedPublic('RFC 8414, and what OpenID Connect Discovery adds', serverMetadata)
  sandbox(@Res({ passthrough: true }) reply: FastifyReply) {
    return sendPublic(reply, this.metadataOf('sandbox'), keptSeconds);
  }

  @Get(addresses.production)
  @AllowAnyone('Authorization server metadata of production (RFC 8414)')
  @DocumentedPublic('RFC 8414, and what OpenID Connect Discovery adds', serverMetadata)
  production(@Res({ passthrough: true }) reply: FastifyReply) {
    return sendPublic(reply, this.metadataOf('production'), keptSeconds);
  }

  @Options([...addresses.sandbox, ...addresses.production])
  @AllowAnyone('CORS preflight')
  @ApiExcludeEndpoint()
  preflight(@Res({ passthrough: true }) reply: FastifyReply): void {
    sendPreflight(reply);
  }

  /**
   * RFC 8414. One issuer per environment. Nothing is authorized in a browser: the response type is none. The last two
   * are what libraries for OpenID Connect insist on, with RS256 (Discovery 1.0, 3); ID tokens are not given.
   */
  private metadataOf(environment: Environment) {
    const issuer = `${this.config.SLIPWAY_PUBLIC_URL}/${environment}`;
    return {
      issuer,
      token_endpoint: `${issuer}/oauth2/token`,
      jwks_uri: `${issuer}/oauth2/jwks`,
      grant_types_supported: ['client_credentials'],
      response_types_supported: ['none'],
      token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
      service_documentation: `${this.config.SLIPWAY_PUBLIC_URL}/docs`,
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256', 'ES256'],
    };
  }
}
