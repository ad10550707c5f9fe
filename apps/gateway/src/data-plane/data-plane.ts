import type { Readable } from 'node:stream';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply } from 'fastify';
import type { Dispatcher } from 'undici';
import { sendProblem, type EdgeRequest } from '#libs/http';
import { environments, type Environment } from '#libs/contracts';
import { SlipwayError } from '#libs/errors';
import { LOGGER, type Logger } from '#libs/observability';
import { VerifiedTokens, type VerifiedToken } from '../tokens/verified-tokens';
import { GatewayConfig } from '../config';
import { CallsInFlight } from './calls-in-flight';
import { ProductRoutes } from './product-routes';
import { ProviderConnections } from './provider-connections';
import { TooBusy } from './turns';
import { upstreamAddress, type UpstreamAddress } from './upstream-address';
import type { Places } from './upstream-location';
import { identityHeaders, requestHeaders, responseHeaders } from './upstream-headers';

interface Target extends UpstreamAddress {
  token: VerifiedToken;
  places: Places;
}

/** A body in a GET or HEAD means nothing (RFC 9110 9.3.1) and is not read. */
const bodyless = ['GET', 'HEAD'];

const statusMax = 599;

/**
 * The provider's API behind the gateway: `/{environment}/api/{product slug}/…`. The session token must be of this
 * environment and of a subscription to this product; the provider is told who calls in `Slipway-…` headers, and never
 * sees the token.
 */
export async function addDataPlane(app: NestFastifyApplication): Promise<void> {
  const tokens = app.get(VerifiedTokens);
  const routes = app.get(ProductRoutes);
  const calls = app.get(CallsInFlight);
  const connections = app.get(ProviderConnections);
  const logger = app.get<Logger>(LOGGER);
  const { SLIPWAY_PUBLIC_URL: publicUrl } = app.get<GatewayConfig>(GatewayConfig);
  const fastify = app.getHttpAdapter().getInstance();

  const targetOf = async (environment: Environment, request: EdgeRequest, token: VerifiedToken): Promise<Target> => {
    const { slug } = request.params as { slug: string };
    const { product } = await routes.find(slug, request.traceId);
    if (!product) throw new SlipwayError('gateway.no_such_product', 'There is no such API.');
    if (product.id !== token.product_id) {
      throw new SlipwayError('gateway.not_subscribed', 'The session token is of a subscription to another API.');
    }
    const endpoint = product.endpoints[environment];
    if (!endpoint) throw new SlipwayError('not_found', `This API has no endpoint in ${environment} yet.`);
    const address = upstreamAddress(endpoint, request.url);
    const outside = `${publicUrl}/${environment}/api/${slug}`;
    return { ...address, token, places: { called: address.url, endpoint, outside } };
  };

  const send = async (
    environment: Environment,
    request: EdgeRequest,
    { url, query, token }: Target,
    gone: AbortSignal,
  ) => {
    const body = bodyless.includes(request.method) ? undefined : (request.body as Readable | undefined);
    const headers = {
      ...requestHeaders(request.headers, { hasBody: body !== undefined }),
      ...identityHeaders(environment, token, request.traceId),
    };
    try {
      const reply = await connections.send(environment, {
        url,
        query,
        method: request.method,
        headers,
        body,
        signal: gone,
      });
      if (reply.statusCode > statusMax) throw new Error(`the status ${reply.statusCode} is none of HTTP`);
      return reply;
    } catch (error) {
      if (error instanceof TooBusy) throw new SlipwayError('gateway.upstream_busy', "The provider's API is busy.");
      if (!gone.aborted) logger.warn({ err: error, traceId: request.traceId }, "the provider's API did not answer");
      throw new SlipwayError('gateway.upstream_failed', "The provider's API did not answer.", { cause: error });
    }
  };

  await fastify.register((plane, _options, done) => {
    // Bodies pass through as they come.
    plane.removeAllContentTypeParsers();
    plane.addContentTypeParser('*', (_request, payload, parsed) => parsed(null, payload));
    plane.setErrorHandler((error, _request, reply) => sendProblem(reply, error, logger));
    for (const environment of environments) {
      plane.all(`/${environment}/api/:slug/*`, async (incoming, reply) => {
        const request = incoming as EdgeRequest;
        if (request.method === 'TRACE') throw methodNotAllowed(reply);
        const gone = goneOf(reply);
        const token = await tokens.verify(environment, request.headers.authorization);
        const end = calls.begin(environment, token);
        if (gone.aborted) end();
        else gone.addEventListener('abort', end);
        const target = await targetOf(environment, request, token);
        return passOn(reply, await send(environment, request, target, gone), target.places);
      });
    }
    done();
  });
}

/** Aborted when the call is over, whoever has ended it. */
function goneOf({ raw }: FastifyReply): AbortSignal {
  const gone = new AbortController();
  if (raw.closed) gone.abort();
  else raw.once('close', () => gone.abort());
  return gone.signal;
}

/** It would show the caller what the gateway adds to a request. */
function methodNotAllowed(reply: FastifyReply): SlipwayError {
  void reply.header('allow', 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS');
  return new SlipwayError('gateway.method_not_allowed', 'TRACE is not passed on.');
}

function passOn(
  reply: FastifyReply,
  { statusCode, headers, body }: Dispatcher.ResponseData,
  places: Places,
): FastifyReply {
  // What has not been read of the request would stand before the next one on this connection.
  if (!reply.request.raw.complete) void reply.header('connection', 'close');
  return reply.code(statusCode).headers(responseHeaders(headers, places)).send(body);
}
