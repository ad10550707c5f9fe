import { Injectable } from '@nestjs/common';
import type { z } from 'zod';
import { check, environmentOfApplicationId, tokens, type Environment } from '#libs/contracts';
import { SlipwayError } from '#libs/errors';
import { RpcClient, type RequestContext } from '#libs/rpc';
import type { ClientCredentials } from './client-credentials';

interface TokenRequest extends ClientCredentials {
  environment: Environment;
  domain?: string;
  expiresIn?: number;
}

type IssuedToken = Extract<tokens.Issued, { outcome: 'issued' }>;

/** What the two token endpoints have in common. */
@Injectable()
export class TokenIssue {
  constructor(private readonly rpc: RpcClient) {}

  /** @throws wrong_environment, invalid_client, domain_mismatch, api_access_off, not_eligible, address_not_allowed */
  async issue({ environment, ...request }: TokenRequest, context: RequestContext): Promise<IssuedToken> {
    requireEnvironment(environment, request.applicationId);
    if (!tokens.clientCredentials.safeParse(request).success) throw noKeyOfOurs();
    const issued = await this.rpc.call(tokens.issueToken, environment, request, context);
    if (issued.outcome === 'issued') return issued;
    const { code, message, ...detail } = issued.refusal;
    throw new SlipwayError(code, message, { detail });
  }
}

/** The rules of what a client sends beside its credentials; the endpoints document them, too. */
export const { domain: domainRule, expiresIn: expiresInRule } = tokens.issueToken.request.shape;

/** A parameter by its rule; these endpoints tell of one fault, in a sentence. @throws invalid_request */
export function parameter<Rule extends z.ZodType>(rule: Rule, value: unknown, name: string): z.output<Rule> {
  const result = check(rule, value, [name]);
  if (!result.faults) return result.data;
  throw new SlipwayError('invalid_request', result.faults[0]?.detail ?? `${name} is not valid.`);
}

const noKeyOfOurs = () => new SlipwayError('invalid_client', 'The application ID or its secret is not valid.');

/** B28: told from the visible marker, never by a look-up, so it betrays nothing. */
function requireEnvironment(environment: Environment, applicationId: string): void {
  const belongsTo = environmentOfApplicationId(applicationId);
  if (belongsTo && belongsTo !== environment) {
    throw new SlipwayError('wrong_environment', `This key belongs to the ${belongsTo} environment.`, {
      detail: { environment: belongsTo },
    });
  }
}
