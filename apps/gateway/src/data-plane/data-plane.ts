import replyFrom from '@fastify/reply-from';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply } from 'fastify';
import type { EdgeRequest } from '#libs/access';
import { environments, type Environment } from '#libs/contracts';
import { httpStatusOf, notFound, SlipwayError, toProblem } from '#libs/errors';
import { challengeOf, understood } from '#libs/http';
import { LOGGER } from '#libs/messaging';
import type { Logger } from '#libs/observability';
import { VerifiedTokens, type VerifiedToken } from '../tokens/verified-tokens';
import { ProductRoutes } from './product-routes';
import { upstreamAddress, type UpstreamAddress } from './upstream-address';
import { identityHeaders, requestHeaders, responseHeaders } from './upstream-headers';

const upstreamTimeoutMs = 30_000;

interface Target extends UpstreamAddress {
  token: VerifiedToken;
}

/**
 * The provider's API behind the gateway: `/{environment}/api/{product slug}/…`. The session token must be of this
 * environment and of a subscription to this product; the provider is told who calls in `Slipway-…` headers, and never
 * sees the token.
 */
export async function addDataPlane(app: NestFastifyApplication): Promise<void> {
  const tokens = app.get(VerifiedTokens);
  const routes = app.get(ProductRoutes);
  const logger = app.get<Logger>(LOGGER);
  const fastify = app.getHttpAdapter().getInstance();

  const targetOf = async (environment: Environment, request: EdgeRequest): Promise<Target> => {
    const token = await tokens.verify(environment, request.headers.authorization);
    const { slug } = request.params as { slug: string };
    const { product } = await routes.find(slug, request.traceId);
    if (!product) throw new SlipwayError('gateway.no_such_product', 'There is no such API.');
    if (product.id !== token.product_id) {
      throw new SlipwayError('gateway.not_subscribed', 'The session token is of a subscription to another API.');
    }
    const endpoint = product.endpoints[environment];
    if (!endpoint) throw notFound();
    return { ...upstreamAddress(endpoint, request.url), token };
  };

  await fastify.register(async (plane) => {
    // Bodies pass through as they come.
    plane.removeAllContentTypeParsers();
    plane.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
    await plane.register(replyFrom, {
      undici: { headersTimeout: upstreamTimeoutMs, bodyTimeout: upstreamTimeoutMs },
      disableRequestLogging: true,
    });
    plane.setErrorHandler((error, request, reply) => sendProblem(reply, error, request as EdgeRequest, logger));
    for (const environment of environments) {
      plane.all(`/${environment}/api/:slug/*`, async (incoming, reply) => {
        const request = incoming as EdgeRequest;
        const { url, query, token } = await targetOf(environment, request);
        return reply.from(url, {
          queryString: () => query,
          // A provider that says it is overloaded is asked once, by the caller.
          retryDelay: () => null,
          rewriteRequestHeaders: (_request, headers) => ({
            ...requestHeaders(headers),
            ...identityHeaders(environment, token, request.traceId),
          }),
          rewriteHeaders: (headers) => responseHeaders(headers),
          onError: (failed) => sendProblem(failed as unknown as FastifyReply, upstreamFailed(), request, logger),
        });
      });
    }
  });
}

const upstreamFailed = () => new SlipwayError('gateway.upstream_failed', "The provider's API did not answer.");

function sendProblem(reply: FastifyReply, thrown: unknown, { traceId }: EdgeRequest, logger: Logger): void {
  const error = understood(thrown);
  if (error.category === 'internal') logger.error({ err: error.cause ?? error, traceId }, 'data plane failed');
  if (error.category === 'unauthenticated') void reply.header('WWW-Authenticate', challengeOf(error));
  if (error.category === 'unavailable') void reply.header('Retry-After', '2');
  void reply.status(httpStatusOf(error.category)).type('application/problem+json; charset=utf-8');
  void reply.send(JSON.stringify(toProblem(error, traceId)));
}
