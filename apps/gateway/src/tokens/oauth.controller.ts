import { Controller, Get, Header, HttpCode, Options, Post, Req, Res } from '@nestjs/common';
import { ApiBasicAuth, ApiBody, ApiConsumes, ApiExcludeEndpoint, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { AllowAnyone, documented, EdgeContext, type EdgeRequest } from '#libs/http';
import { environments, tokens, type Environment } from '#libs/contracts';
import { SlipwayError } from '#libs/errors';
import { RpcClient, type RequestContext } from '#libs/rpc';
import { basicCredentials, type ClientCredentials } from './client-credentials';
import { DocumentedToken, oauthToken } from './documented-tokens';
import { PathEnvironment } from './request-environment';
import { DocumentedPublic, sendPreflight, sendPublic } from './public-document';
import { domainRule, parameter, TokenIssue } from './token-issue';

type Form = Record<string, string | undefined>;

/** OAuth 2.0 client credentials (RFC 6749 4.4) and the key set (RFC 7517), for each environment. */
@ApiTags('OAuth 2.0')
@Controller([...environments])
export class OAuthController {
  constructor(
    private readonly tokenIssue: TokenIssue,
    private readonly rpc: RpcClient,
  ) {}

  @Post('oauth2/token')
  @AllowAnyone('A session token for a key: grant type client_credentials')
  @ApiBasicAuth()
  @ApiConsumes('application/x-www-form-urlencoded')
  @ApiBody({
    schema: {
      type: 'object',
      required: ['grant_type'],
      properties: {
        grant_type: { type: 'string', enum: ['client_credentials'] },
        client_id: documented(tokens.clientCredentials.shape.applicationId),
        client_secret: documented(tokens.clientCredentials.shape.secret),
        domain: { ...documented(domainRule), description: "The account's domain; where it is sent, it must match." },
        scope: { type: 'string', description: 'There are none yet: the reply says that none was granted.' },
      },
    },
  })
  @DocumentedToken('OAuth', oauthToken)
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  @Header('Pragma', 'no-cache')
  async token(
    @PathEnvironment() environment: Environment,
    @Req() request: EdgeRequest,
    @EdgeContext({ idempotencyKey: 'ignored' }) context: RequestContext,
  ) {
    const form = readForm(request);
    const credentials = clientOf(request, form);
    if (form['grant_type'] === undefined) throw invalidRequest('grant_type is missing.');
    if (form['grant_type'] !== 'client_credentials') {
      throw new SlipwayError('unsupported_grant_type', 'The only grant type here is client_credentials.');
    }
    const domain = parameter(domainRule, form['domain'], 'domain');
    const issued = await this.tokenIssue.issue({ environment, ...credentials, domain }, context);
    return {
      access_token: issued.accessToken,
      token_type: 'Bearer',
      expires_in: issued.expiresIn,
      // RFC 6749 5.1: told where it is not what was requested, and there are no scopes to grant.
      ...(form['scope'] !== undefined && { scope: '' }),
    };
  }

  @Get('oauth2/jwks')
  @AllowAnyone('The public keys that session tokens are signed with (RFC 7517)')
  @DocumentedPublic('`{keys}`: a JWK Set', tokens.getPublicKeys.reply)
  async keySet(
    @PathEnvironment() environment: Environment,
    @EdgeContext() context: RequestContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const keySet = await this.rpc.call(tokens.getPublicKeys, environment, {}, context);
    return sendPublic(reply, keySet, tokens.keySetSeconds);
  }

  @Options('oauth2/jwks')
  @AllowAnyone('CORS preflight')
  @ApiExcludeEndpoint()
  preflight(@Res({ passthrough: true }) reply: FastifyReply): void {
    sendPreflight(reply);
  }
}

const invalidRequest = (message: string) => new SlipwayError('invalid_request', message);

/** RFC 8707 2. It is ignored: a token is of the one API that its key subscribes to. */
const repeatable = 'resource';

/** Unknown parameters are ignored, repeated ones refused (RFC 6749 3.2), and none is named: its name may be anything. */
function readForm({ body, headers }: EdgeRequest): Form {
  if (!/^application\/x-www-form-urlencoded\b/i.test(headers['content-type'] ?? '')) {
    throw invalidRequest('Send the parameters as application/x-www-form-urlencoded.');
  }
  const form = (body ?? {}) as Record<string, string | string[]>;
  const single = Object.entries(form).filter(([name]) => name !== repeatable);
  if (single.some(([, value]) => Array.isArray(value))) throw invalidRequest('A parameter is repeated.');
  // A parameter without a value counts as left out.
  return Object.fromEntries((single as [string, string][]).filter(([, value]) => value !== ''));
}

/** One way of authentication per request (RFC 6749 2.3). */
function clientOf({ headers }: EdgeRequest, form: Form): ClientCredentials {
  const { client_id: applicationId, client_secret: secret } = form;
  if (headers.authorization !== undefined) {
    if (secret !== undefined) throw invalidRequest('Use one way of client authentication, not two.');
    const basic = basicCredentials(headers.authorization);
    if (!basic) throw new SlipwayError('invalid_client', 'The Authorization header is not valid Basic authentication.');
    if (applicationId !== undefined && applicationId !== basic.applicationId)
      throw invalidRequest('client_id names another client.');
    return basic;
  }
  if (!applicationId || secret === undefined) {
    throw new SlipwayError('invalid_client', 'Authenticate with HTTP Basic, or with client_id and client_secret.');
  }
  return { applicationId, secret };
}
