import 'reflect-metadata';
import rateLimit from '@fastify/rate-limit';
import { Module, type DynamicModule, type Provider, type Type } from '@nestjs/common';
import { NestFactory, Reflector } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CallerGuard, SessionReader, type EdgeRequest } from '#libs/access';
import type { Edge } from '#libs/contracts';
import { SlipwayError, toProblem } from '#libs/errors';
import { brokerScopesOf, Connections, endOnSignal, LOGGER, newTraceId, QuestionClient } from '#libs/messaging';
import { createLogger, metrics, NestLog, type Logger } from '#libs/observability';
import { problemSchema } from './answer';
import { BodyPipe } from './body.pipe';
import { HealthController } from './health.controller';
import { ProblemFilter, type ErrorForm } from './problem.filter';

const bodyBytesMax = 256 * 1024;

export interface EdgeDefinition {
  edge: Edge;
  title: string;
  port: number;
  /** Where its people reach it. */
  url: string;
  settings: {
    SLIPWAY_SERVICE_KEY: string;
    SLIPWAY_NATS: string;
    SLIPWAY_LOG_LEVEL: string;
    SLIPWAY_RATE_LIMIT_PER_MINUTE: number;
    SLIPWAY_HOST: string;
    SLIPWAY_TRUST_PROXY: boolean;
  };
  controllers: Type[];
  sessionReader: Type<SessionReader>;
  providers?: Provider[];
  errorForm?: ErrorForm;
  /** Routes outside Nest, such as the data plane. */
  extend?: (app: NestFastifyApplication) => Promise<void>;
}

@Module({})
class EdgeModule {}

/** Starts an HTTP edge: thin, without tables, the same manners on both. */
export async function runEdge(definition: EdgeDefinition): Promise<void> {
  const { edge, settings } = definition;
  const logger = createLogger(edge, settings.SLIPWAY_LOG_LEVEL);
  const connections = await Connections.open(
    {
      app: edge,
      serviceKey: settings.SLIPWAY_SERVICE_KEY,
      servers: settings.SLIPWAY_NATS,
      scopes: brokerScopesOf(edge),
    },
    logger,
  );
  const app = await NestFactory.create<NestFastifyApplication>(
    moduleOf(definition, connections, logger),
    new FastifyAdapter({
      bodyLimit: bodyBytesMax,
      trustProxy: settings.SLIPWAY_TRUST_PROXY,
      forceCloseConnections: 'idle',
      routerOptions: { maxParamLength: 200 },
      frameworkErrors: refuseUrl,
    }),
    { logger: new NestLog(logger) },
  );
  app.useGlobalGuards(new CallerGuard(app.get(Reflector), app.get(SessionReader)));
  app.useGlobalPipes(new BodyPipe());
  app.useGlobalFilters(new ProblemFilter(logger, definition.errorForm));
  observe(app, logger);
  await protect(app, definition);
  document(app, definition);
  await definition.extend?.(app);
  endOnSignal(() => app.close(), logger);
  await app.listen(definition.port, settings.SLIPWAY_HOST);
  logger.info({ port: definition.port }, 'ready');
}

function moduleOf(definition: EdgeDefinition, connections: Connections, logger: Logger): DynamicModule {
  return {
    module: EdgeModule,
    controllers: [...definition.controllers, HealthController],
    providers: [
      { provide: Connections, useValue: connections },
      { provide: LOGGER, useValue: logger },
      QuestionClient,
      { provide: SessionReader, useClass: definition.sessionReader },
      ...(definition.providers ?? []),
    ],
  };
}

/** What the router cannot read, before any hook. */
function refuseUrl(_error: unknown, _request: unknown, reply: FastifyReply): void {
  const problem = toProblem(new SlipwayError('invalid_request', 'The address is not valid.'), newTraceId());
  void reply.status(problem.status).headers(securityHeaders).type('application/problem+json; charset=utf-8');
  void reply.send(JSON.stringify(problem));
}

const traceparent = /^00-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/;

/** A trace id for every request, and one line in the log for those that people make or that fail. */
function observe(app: NestFastifyApplication, logger: Logger): void {
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('onRequest', (request, _reply, done) => {
    const given = request.headers.traceparent;
    (request as EdgeRequest).traceId = (typeof given === 'string' && traceparent.exec(given)?.[1]) || newTraceId();
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

/**
 * What a browser is to be told. Constant, so that the token path does not pay for it; the page at /docs needs inline
 * styles, nothing else is served as a page yet.
 */
export const securityHeaders: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};

async function protect(app: NestFastifyApplication, { settings, url }: EdgeDefinition): Promise<void> {
  const isHttps = url.startsWith('https:');
  const headers = { ...securityHeaders, ...(isHttps && { 'strict-transport-security': 'max-age=31536000' }) };
  const fastify = app.getHttpAdapter().getInstance();
  fastify.removeContentTypeParser('text/plain');
  fastify.addHook('onRequest', (request, reply, done) => {
    void reply.headers(headers);
    forgetTypeOfNothing(request);
    done(
      takesType(request) ? undefined : new SlipwayError('unsupported_media_type', 'Send the body as application/json.'),
    );
  });
  await app.register(rateLimit, {
    max: settings.SLIPWAY_RATE_LIMIT_PER_MINUTE,
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

function document(app: NestFastifyApplication, { title }: EdgeDefinition): void {
  const config = new DocumentBuilder()
    .setTitle(title)
    .setVersion('1')
    .setOpenAPIVersion('3.1.0')
    .addBearerAuth(
      {
        type: 'http',
        scheme: 'bearer',
        bearerFormat: 'opaque',
        description: 'The session from POST /v1/sessions; the cookie does the same.',
      },
      'session',
    )
    .addBearerAuth(
      { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'A session token of a key.' },
      'token',
    )
    .addBasicAuth({ type: 'http', scheme: 'basic', description: 'Application ID and secret.' }, 'basic')
    .build();
  const openApi = SwaggerModule.createDocument(app, config);
  openApi.components = { ...openApi.components, schemas: { ...openApi.components?.schemas, Problem: problemSchema } };
  SwaggerModule.setup('docs', app, openApi, {
    jsonDocumentUrl: 'v1/openapi.json',
    raw: ['json'],
  });
}
