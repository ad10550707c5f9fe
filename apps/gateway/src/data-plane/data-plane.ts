import replyFrom from '@fastify/reply-from';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply } from 'fastify';
import { sendProblem, type EdgeRequest } from '#libs/http';
import { environments, type Environment } from '#libs/contracts';
import { notFound, SlipwayError } from '#libs/errors';
import { LOGGER, type Logger } from '#libs/observability';
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
    plane.setErrorHandler((error, _request, reply) => sendProblem(reply, error, logger));
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
          onError: (failed) => sendProblem(failed as unknown as FastifyReply, upstreamFailed(), logger),
        });
      });
    }
  });
}

const upstreamFailed = () => new SlipwayError('gateway.upstream_failed', "The provider's API did not answer.");
