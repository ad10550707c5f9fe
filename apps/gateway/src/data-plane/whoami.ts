import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { everyMethod, sendProblem, type EdgeRequest } from '#libs/http';
import { environments, type Environment } from '#libs/contracts';
import { LOGGER, type Logger } from '#libs/observability';
import { FirstCalls } from './first-calls';
import { VerifiedTokens, type Presented } from '../tokens/verified-tokens';

interface Known {
  tokens: VerifiedTokens;
  firstCalls: FirstCalls;
}

/** What a session token stands for. */
export async function whoami(
  { tokens, firstCalls }: Known,
  environment: Environment,
  request: Presented & Pick<EdgeRequest, 'method' | 'traceId'>,
) {
  const token = await tokens.verify(environment, request);
  firstCalls.replied(environment, token, request, 200);
  return {
    environment,
    applicationId: token.client_id,
    partnerId: token.partner_id,
    subscriptionId: token.subscription_id,
    expiresAt: new Date(token.exp * 1_000).toISOString(),
  };
}

/**
 * For proxies that ask about a call which they hold, by its own method, and with its path behind ours (Envoy's
 * ext_authz). A body that comes along is the call's, and not read.
 */
export async function addWhoami(app: NestFastifyApplication): Promise<void> {
  const known = { tokens: app.get(VerifiedTokens), firstCalls: app.get(FirstCalls) };
  const logger = app.get<Logger>(LOGGER);
  await app
    .getHttpAdapter()
    .getInstance()
    .register((plane, _options, done) => {
      plane.removeAllContentTypeParsers();
      plane.addContentTypeParser('*', (_request, _payload, parsed) => parsed(null));
      plane.setErrorHandler((error, _request, reply) => sendProblem(reply, error, logger));
      const methods = everyMethod(plane);
      // The plain one is WhoamiController's, where it is documented.
      const others = methods.filter((method) => method !== 'GET' && method !== 'HEAD');
      for (const environment of environments) {
        const handler = (request: FastifyRequest, reply: FastifyReply) => {
          void reply.header('cache-control', 'no-store');
          return whoami(known, environment, request as EdgeRequest);
        };
        plane.route({ method: others, url: `/${environment}/whoami`, handler });
        plane.route({ method: methods, url: `/${environment}/whoami/*`, exposeHeadRoute: false, handler });
      }
      done();
    });
}
