import 'reflect-metadata';
import cookie from '@fastify/cookie';
import rateLimit from '@fastify/rate-limit';
import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import { NestFactory, Reflector } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { SwaggerModule } from '@nestjs/swagger';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { connectionBounds } from './connection-bounds';
import { endConnections } from './end-connections';
import { CallerGuard, SessionReader, type EdgeRequest } from './access/caller.guard';
import { SessionTransport } from './access/session-transport';
import { Clock, clockView, FollowingClock } from '#libs/clock';
import { loadConfig, type EdgeConfig } from '#libs/config';
import { platformMethods, scopesOf, services, type Edge } from '#libs/contracts';
import { SlipwayError } from '#libs/errors';
import { Broadcasts, Connections, EdgeEvents, OnceEvents } from '#libs/broker';
import { Ending, OperationsServer, SkewWatch } from '#libs/process';
import { LOGGER, createLogger, metrics, NestLog, type Logger } from '#libs/observability';
import { newTraceId, RpcClient } from '#libs/rpc';
import { documentOf } from './openapi/document';
import { UnknownQuery } from './openapi/unknown-query';
import { BodyPipe } from './body.pipe';
import { HeldRefusals } from './held-refusals';
import { CAPABILITIES, HealthController } from './health.controller';
import type { EdgeDefinition } from './edge-definition';
import { serveFrontPage } from './front-page';
import { watchMethods } from './other-methods';
import { readJson } from './json-body';
import { ProblemFilter } from './problem.filter';
import { ProtocolFaults } from './protocol-faults';
import { securityHeaders } from './security-headers';
import { serveSite } from './site';
import { trustedProxies } from './trusted-proxies';

const bodyBytesMax = 256 * 1024;
const clockReadMs = 1_000;
/** How long an edge waits for the services, milliseconds. */
const timeoutMs = 8_000;

interface Resources {
  connections: Connections;
  clock: Clock;
  logger: Logger;
  ending: Ending;
}

/** What every edge is given, whatever it is for: injectable everywhere in it. */
@Module({})
class EdgeModule {
  static for<Config extends EdgeConfig>(
    definition: EdgeDefinition<Config>,
    config: Config,
    { connections, clock, logger, ending }: Resources,
  ): DynamicModule {
    const resources: Provider[] = [
      { provide: definition.config.token, useValue: config },
      { provide: SessionTransport, useValue: new SessionTransport(definition.address(config).url) },
      { provide: Connections, useValue: connections },
      { provide: Clock, useValue: clock },
      { provide: LOGGER, useValue: logger },
      { provide: Ending, useValue: ending },
      { provide: CAPABILITIES, useValue: definition.capabilities },
      { provide: SessionReader, useClass: definition.sessionReader },
      RpcClient,
      Broadcasts,
      EdgeEvents,
      OnceEvents,
    ];
    return { module: EdgeModule, global: true, providers: resources, exports: resources };
  }
}

/** Starts an HTTP edge: thin, without tables, the same manners on both. */
export async function runEdge<Config extends EdgeConfig>(definition: EdgeDefinition<Config>): Promise<void> {
  const config: Config = loadConfig(definition.config.schema);
  const logger = createLogger(definition.name, config.SLIPWAY_LOG_LEVEL);
  const clock = new FollowingClock();
  const ending = new Ending();
  const connections = await openConnections(definition.name, config, logger);
  const { port, url } = definition.address(config);
  const headers = headersOfEdge(url);
  const faults = new ProtocolFaults(headers, logger, definition.errorForm);
  const app = await NestFactory.create<NestFastifyApplication>(
    rootOf(definition, EdgeModule.for(definition, config, { connections, clock, logger, ending })),
    new FastifyAdapter({
      bodyLimit: bodyBytesMax,
      trustProxy: trustedProxies(config),
      forceCloseConnections: 'idle',
      // What still comes on a connection that is open already is served like all that has begun.
      return503OnClosing: false,
      ...connectionBounds(config),
      routerOptions: { maxParamLength: 200 },
      frameworkErrors: (error: FastifyError, _request: unknown, reply: FastifyReply) => faults.onAddress(error, reply),
      clientErrorHandler: faults.onConnection,
    }),
    { logger: new NestLog(logger) },
  );
  const refuseOtherMethods = watchMethods(app.getHttpAdapter().getInstance());
  app.useGlobalGuards(new CallerGuard(app.get(Reflector), app.get(SessionReader)));
  app.useGlobalPipes(new BodyPipe());
  app.useGlobalFilters(new ProblemFilter(logger, definition.errorForm));
  observe(app, clock, logger);
  new HeldRefusals(clock).watch(app.getHttpAdapter().getInstance());
  endConnections(app.getHttpAdapter().getInstance(), ending);
  await protect(app, config, headers);
  readJson(app);
  faults.watch(app.getHttpAdapter().getInstance());
  await showFirst(app, definition);
  publishDocument(app, definition, url);
  await definition.extend?.(app);
  await app.init();
  refuseOtherMethods();
  const skew = await SkewWatch.start(clock, timeOfServices(app.get(RpcClient)), logger);
  const operations = await OperationsServer.listen({
    port: config.SLIPWAY_METRICS_PORT,
    host: config.SLIPWAY_METRICS_HOST,
    health: () => Promise.resolve({ broker: connections.isUp() }),
    notes: () => clockView(clock),
    ending,
  });
  const close = async () => {
    skew.close();
    await app.close();
    await operations.close();
  };
  ending.onSignal(close, logger, config.SLIPWAY_DRAIN_SECONDS * 1_000);
  await app.listen(port, config.SLIPWAY_HOST);
  logger.info({ port, metricsPort: operations.port }, 'ready');
}

/** What stands at `/`. */
async function showFirst(
  app: NestFastifyApplication,
  { site, title }: Pick<EdgeDefinition, 'site' | 'title'>,
): Promise<void> {
  const fastify = app.getHttpAdapter().getInstance();
  if (site) await serveSite(fastify, site);
  else serveFrontPage(fastify, title);
}

const openConnections = (name: Edge, config: EdgeConfig, logger: Logger) =>
  Connections.open(
    {
      app: name,
      serviceKey: config.SLIPWAY_SERVICE_KEY,
      servers: config.SLIPWAY_NATS,
      ca: config.SLIPWAY_NATS_CA,
      scopes: scopesOf(name),
    },
    logger,
  );

const rootOf = <Config extends EdgeConfig>(
  definition: EdgeDefinition<Config>,
  resources: DynamicModule,
): DynamicModule => ({
  module: class EdgeRoot {},
  imports: [resources, definition.module],
  controllers: [HealthController],
});

const traceparent = /^00-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/;

/** A trace id for every request, and one line in the log for those that people make or that fail. */
function observe(app: NestFastifyApplication, clock: Clock, logger: Logger): void {
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('onRequest', (request, _reply, done) => {
    const given = request.headers.traceparent;
    const traceId = (typeof given === 'string' && traceparent.exec(given)?.[1]) || newTraceId();
    Object.assign(request, { traceId, deadline: clock.monotonic() + timeoutMs } satisfies Partial<EdgeRequest>);
    done();
  });
  fastify.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'unknown';
    metrics.httpRequests.inc({ method: request.method, route, status: reply.statusCode });
    metrics.httpDuration.observe({ method: request.method, route }, reply.elapsedTime / 1_000);
    if (reply.statusCode >= 400 || route.startsWith('/v1')) {
      const { traceId } = request as EdgeRequest;
      logger.info(
        { method: request.method, route, status: reply.statusCode, ms: Math.round(reply.elapsedTime), traceId },
        'request',
      );
    }
    done();
  });
}

/** Of one after the other, so that no single one that is away, or wrong, counts for long. */
function timeOfServices(rpc: RpcClient): () => Promise<number | undefined> {
  let looks = 0;
  return async () => {
    const service = services[looks++ % services.length];
    if (!service) return undefined;
    const context = rpc.systemContext(undefined, clockReadMs);
    return (await rpc.call(platformMethods(service).health, 'shared', {}, context)).now;
  };
}

const headersOfEdge = (url: string): Record<string, string> => ({
  ...securityHeaders,
  ...(url.startsWith('https:') && { 'strict-transport-security': 'max-age=31536000' }),
});

async function protect(
  app: NestFastifyApplication,
  config: EdgeConfig,
  headers: Record<string, string>,
): Promise<void> {
  const fastify = app.getHttpAdapter().getInstance();
  fastify.removeContentTypeParser('text/plain');
  fastify.addHook('onRequest', (request, reply, done) => {
    void reply.headers(headers);
    // All of it belongs to somebody, or is about somebody.
    if (isForPeople(request)) void reply.header('cache-control', 'no-store');
    forgetTypeOfNothing(request);
    done(
      takesType(request) ? undefined : new SlipwayError('unsupported_media_type', 'Send the body as application/json.'),
    );
  });
  await app.register(cookie);
  await app.register(rateLimit, {
    max: config.SLIPWAY_RATE_LIMIT_PER_MINUTE,
    timeWindow: 60_000,
    enableDraftSpec: true,
    // Programs have limits of their own; this one is for what people do.
    allowList: (request: FastifyRequest) => !isForPeople(request),
  });
}

/** /v1 speaks JSON alone: a form on somebody else's page cannot send that. */
const takesType = (request: FastifyRequest): boolean => {
  const type = request.headers['content-type'];
  return !isForPeople(request) || type === undefined || /^application\/json\b/i.test(type);
};

/** By the route that matched: the raw address may be percent-encoded or absolute, and what the router read is not. */
const isForPeople = ({ routeOptions }: FastifyRequest): boolean => routeOptions.url?.startsWith('/v1/') ?? false;

/** Many clients name a type whenever they send a request; without a body there is nothing of that type to read. */
function forgetTypeOfNothing({ raw: { headers } }: FastifyRequest): void {
  const isEmpty = (headers['content-length'] ?? '0') === '0' && headers['transfer-encoding'] === undefined;
  if (isEmpty) delete headers['content-type'];
}

/** OpenAPI 3.1: for programs at /v1/openapi.json, for people at /docs. */
function publishDocument(
  app: NestFastifyApplication,
  { title, cookies, morePaths }: Pick<EdgeDefinition, 'title' | 'cookies' | 'morePaths'>,
  url: string,
): void {
  const names = cookies.map((name) => app.get(SessionTransport).nameOf(name));
  const document = documentOf(app, { title, url, cookies: names, morePaths });
  app.useGlobalInterceptors(new UnknownQuery(document));
  SwaggerModule.setup('docs', app, document, {
    jsonDocumentUrl: 'v1/openapi.json',
    raw: ['json'],
  });
}
