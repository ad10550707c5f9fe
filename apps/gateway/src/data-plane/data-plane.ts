import replyFrom from '@fastify/reply-from';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply } from 'fastify';
import type { EdgeRequest } from '#libs/access';
import { environments, type Environment } from '#libs/contracts';
import { httpStatusOf, notFound, SlipwayError, toProblem, toSlipwayError } from '#libs/errors';
import { challengeOf } from '#libs/http';
import { VerifiedTokens, type VerifiedToken } from '../tokens/verified-tokens';
import { ProductRoutes } from './product-routes';

const upstreamTimeoutMs = 30_000;
/** The caller's own word about these would be believed by the provider. */
const ownHeaders = /^slipway-/i;

interface Target {
  url: string;
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
    return { url: join(endpoint, request.url), token };
  };

  await fastify.register(async (plane) => {
    // Bodies pass through as they come.
    plane.removeAllContentTypeParsers();
    plane.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
    await plane.register(replyFrom, {
      undici: { headersTimeout: upstreamTimeoutMs, bodyTimeout: upstreamTimeoutMs },
      disableRequestLogging: true,
    });
    plane.setErrorHandler((error, request, reply) => sendProblem(reply, error, request as EdgeRequest));
    for (const environment of environments) {
      plane.all(`/${environment}/api/:slug/*`, async (incoming, reply) => {
        const request = incoming as EdgeRequest;
        const { url, token } = await targetOf(environment, request);
        return reply.from(url, {
          rewriteRequestHeaders: (_request, headers) => ({
            ...withoutOurs(headers),
            ...identityHeaders(environment, token, request.traceId),
          }),
          onError: (failed) => sendProblem(failed as unknown as FastifyReply, upstreamFailed(), request),
        });
      });
    }
  });
}

/** What follows `/{environment}/api/{slug}/`, as it came: decoded, a %3F or %2F in it would become another request. */
const join = (endpoint: string, url: string): string =>
  `${endpoint.replace(/\/+$/, '')}/${url.split('/').slice(4).join('/')}`;

function withoutOurs<Headers extends Record<string, unknown>>(headers: Headers): Headers {
  const kept = Object.entries(headers).filter(
    ([name]) => !ownHeaders.test(name) && name !== 'authorization' && name !== 'cookie',
  );
  return Object.fromEntries(kept) as Headers;
}

const identityHeaders = (environment: Environment, token: VerifiedToken, traceId: string) => ({
  'slipway-environment': environment,
  'slipway-application-id': token.client_id,
  'slipway-partner-id': token.partner_id,
  'slipway-subscription-id': token.subscription_id,
  'slipway-trace-id': traceId,
});

const upstreamFailed = () => new SlipwayError('gateway.upstream_failed', "The provider's API did not answer.");

function sendProblem(reply: FastifyReply, thrown: unknown, { traceId }: EdgeRequest): void {
  const error = toSlipwayError(thrown);
  if (error.category === 'unauthenticated') void reply.header('WWW-Authenticate', challengeOf(error));
  if (error.category === 'unavailable') void reply.header('Retry-After', '2');
  void reply.status(httpStatusOf(error.category)).type('application/problem+json; charset=utf-8');
  void reply.send(JSON.stringify(toProblem(error, traceId)));
}
