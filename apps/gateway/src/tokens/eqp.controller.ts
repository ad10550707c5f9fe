import { Controller, Header, HttpCode, Post, Req } from '@nestjs/common';
import { ApiBasicAuth, ApiBody, ApiTags } from '@nestjs/swagger';
import { AllowAnyone, documented, EdgeContext, type EdgeRequest } from '#libs/http';
import { environments, type Environment } from '#libs/contracts';
import { SlipwayError } from '#libs/errors';
import type { RequestContext } from '#libs/rpc';
import { basicCredentials } from './client-credentials';
import { DocumentedToken, eqpToken } from './documented-tokens';
import { PathEnvironment } from './request-environment';
import { domainRule, expiresInRule, parameter, TokenIssue } from './token-issue';

const fields = ['grant_type', 'expires_in', 'domain'];

/** The session token as Adobe's EQP gives it (B26). */
@ApiTags('EQP')
@Controller([...environments])
export class EqpController {
  constructor(private readonly tokenIssue: TokenIssue) {}

  @Post('rest/v1/app/session/token')
  @AllowAnyone('A session token for a key, the EQP way')
  @ApiBasicAuth()
  @ApiBody({
    schema: {
      type: 'object',
      required: ['grant_type'],
      additionalProperties: false,
      properties: {
        grant_type: { type: 'string', enum: ['session'] },
        expires_in: { ...documented(expiresInRule), description: 'Seconds; clamped to the maximum.' },
        domain: { ...documented(domainRule), description: "The account's domain; where it is sent, it must match." },
      },
    },
  })
  @DocumentedToken('EQP', eqpToken)
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  @Header('Pragma', 'no-cache')
  async token(
    @PathEnvironment() environment: Environment,
    @Req() request: EdgeRequest,
    @EdgeContext({ idempotencyKey: 'ignored' }) context: RequestContext,
  ) {
    const credentials = basicCredentials(request.headers.authorization);
    if (!credentials)
      throw new SlipwayError('invalid_client', 'Authenticate with HTTP Basic: application ID and secret.');
    const issued = await this.tokenIssue.issue({ environment, ...credentials, ...readBody(request.body) }, context);
    return { mage_id: issued.accountId, ust: issued.accessToken, expires_in: issued.expiresIn };
  }
}

function readBody(body: unknown): { expiresIn?: number; domain?: string } {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw invalid('The body must be a JSON object.');
  const areKnown = Object.keys(body).every((name) => fields.includes(name));
  if (!areKnown) throw invalid(`There are no other fields than ${fields.join(', ')}.`);
  const { grant_type: grantType, expires_in: expiresIn, domain } = body as Record<string, unknown>;
  if (grantType === undefined) throw invalid('grant_type is missing.');
  if (grantType !== 'session') throw new SlipwayError('unsupported_grant_type', 'The only grant type here is session.');
  return {
    expiresIn: parameter(expiresInRule, expiresIn, 'expires_in'),
    domain: parameter(domainRule, domain, 'domain'),
  };
}

const invalid = (message: string) => new SlipwayError('invalid_request', message);
