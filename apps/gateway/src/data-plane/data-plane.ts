import type { Readable } from 'node:stream';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest, HTTPMethods } from 'fastify';
import type { Dispatcher } from 'undici';
import { everyMethod, sendProblem, type EdgeRequest } from '#libs/http';
import { environments, type Environment } from '#libs/contracts';
import { SlipwayError } from '#libs/errors';
import { LOGGER, type Logger } from '#libs/observability';
import { VerifiedTokens, type VerifiedToken } from '../tokens/verified-tokens';
import { GatewayConfig } from '../config';
import { CallsInFlight } from './calls-in-flight';
import { FirstCalls } from './first-calls';
import { OpenReplies } from './open-replies';
import { ProductRoutes } from './product-routes';
import { isTimeout, ProviderConnections } from './provider-connections';
import { TooBusy } from './turns';
import { upstreamAddress, type UpstreamAddress } from './upstream-address';
import type { Places } from './upstream-location';
import { identityHeaders, namedInConnection, requestHeaders, responseHeaders } from './upstream-headers';

interface Target extends UpstreamAddress {
  token: VerifiedToken;
  places: Places;
}

/** A body in a GET or HEAD means nothing (RFC 9110 9.3.1) and is not read. */
const bodyless = ['GET', 'HEAD'];

const statusMax = 599;

const passedOn: HTTPMethods[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'QUERY'];

/** What a provider's silence ends must not be ended before by the caller's. */
const marginSeconds = 2;

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
  const open = app.get(OpenReplies);
  const firstCalls = app.get(FirstCalls);
  const logger = app.get<Logger>(LOGGER);
  const config = app.get<GatewayConfig>(GatewayConfig);
  const { SLIPWAY_PUBLIC_URL: publicUrl } = config;
  const patience = patienceOf(config);
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
      if (isTimeout(error))
        throw new SlipwayError('gateway.upstream_timeout', "The provider's API did not answer in time.", {
          cause: error,
        });
      throw new SlipwayError('gateway.upstream_failed', "The provider's API did not answer.", { cause: error });
    }
  };

  await fastify.register((plane, _options, done) => {
    // Bodies pass through as they come.
    plane.removeAllContentTypeParsers();
    plane.addContentTypeParser('*', (_request, payload, parsed) => parsed(null, payload));
    plane.setErrorHandler((error, _request, reply) => sendProblem(reply, error, logger));
    for (const environment of environments) {
      const url = `/${environment}/api/:slug/*`;
      plane.route({
        method: everyMethod(plane).filter((method) => !passedOn.includes(method)),
        url,
        exposeHeadRoute: false,
        handler: (_request, reply) => Promise.reject(methodNotAllowed(reply)),
      });
      const handler = async (incoming: FastifyRequest, reply: FastifyReply) => {
        const request = incoming as EdgeRequest;
        if (wantsUpgrade(request)) throw upgradeNotSupported(reply);
        const gone = goneOf(reply);
        // Node takes it from a request that has been read.
        const { socket } = request.raw;
        socket.setTimeout(patience.headMs);
        const token = await tokens.verify(environment, request);
        const end = calls.begin(environment, token);
        if (gone.aborted) end();
        else gone.addEventListener('abort', end);
        const target = await targetOf(environment, request, token);
        const response = await send(environment, request, target, gone);
        socket.setTimeout(patience.silenceMs);
        firstCalls.replied(environment, token, request, response.statusCode);
        open.add(environment, { token, raw: reply.raw }, gone);
        return passOn(reply, response, target.places);
      };
      plane.route({ method: passedOn, url, exposeHeadRoute: false, handler });
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

/**
 * How long a caller's connection may be still: as long as the provider may be, which is longer than an edge bears
 * elsewhere. The next request on it has the edge's own bounds again.
 */
const patienceOf = (config: GatewayConfig) => {
  const replySeconds = config.SLIPWAY_PROVIDER_QUEUE_SECONDS + config.SLIPWAY_PROVIDER_SECONDS + marginSeconds;
  return {
    headMs: Math.max(config.SLIPWAY_IDLE_SECONDS, replySeconds) * 1_000,
    silenceMs: (config.SLIPWAY_PROVIDER_IDLE_SECONDS + marginSeconds) * 1_000,
  };
};

/** TRACE would show the caller what the gateway adds to a request. */
function methodNotAllowed(reply: FastifyReply): SlipwayError {
  void reply.header('allow', passedOn.join(', '));
  return new SlipwayError('gateway.method_not_allowed', 'Calls by this method are not passed on.');
}

/**
 * A WebSocket without its upgrade would be a plain GET to the provider. HTTP/2 is offered by some clients with every
 * request, which is whole without it (RFC 9110 7.8).
 */
const wantsUpgrade = ({ headers }: EdgeRequest): boolean =>
  namedInConnection(headers).includes('upgrade') && !/^ *h2c *$/i.test(headers.upgrade ?? '');

/** docs/adr/0022 */
function upgradeNotSupported(reply: FastifyReply): SlipwayError {
  void reply.header('connection', 'close');
  return new SlipwayError('gateway.upgrade_not_supported', 'WebSockets and other upgrades are not passed on.');
}

function passOn(
  reply: FastifyReply,
  { statusCode, headers, body }: Dispatcher.ResponseData,
  places: Places,
): FastifyReply {
  // What has not been read of the request would stand before the next one on this connection.
  if (!reply.request.raw.complete) void reply.header('connection', 'close');
  // The body may be long in coming: of a stream of events, until there is one.
  reply.raw.once('pipe', () => reply.raw.flushHeaders());
  return reply.code(statusCode).headers(responseHeaders(headers, places)).send(body);
}
