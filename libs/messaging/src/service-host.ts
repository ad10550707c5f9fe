import 'reflect-metadata';
import { Module, type DynamicModule, type Provider, type Type } from '@nestjs/common';
import { DiscoveryModule, DiscoveryService, NestFactory } from '@nestjs/core';
import { purposeKey } from '#libs/config';
import { allQuestions, consumers, scopes, type App, type Scope, type Service } from '#libs/contracts';
import { Database } from '#libs/database';
import { createLogger, NestLog, type Logger } from '#libs/observability';
import { Connections } from './connections';
import { EventConsumers } from './event-consumers';
import { OutboxRelay } from './outbox-relay';
import { PassErrorsOn } from './pass-errors-on.filter';
import { platformUseCases } from './platform.use-cases';
import { QuestionClient } from './question-client';
import { QuestionServer } from './question-server';
import { Writes } from './writes';
import { Reconciler, type ReconcilerSettings } from './reconciler';

export const LOGGER = Symbol('Logger');
/** This app's own key (hex), from which its secrets are derived. */
export const SERVICE_KEY = Symbol('ServiceKey');

export interface ServiceDefinition {
  service: Service;
  settings: {
    SLIPWAY_SERVICE_KEY: string;
    SLIPWAY_NATS: string;
    SLIPWAY_DATABASE: string;
    SLIPWAY_LOG_LEVEL: string;
    SLIPWAY_RECONCILE_SECONDS: number;
  };
  entities: (new () => object)[];
  useCases: Type[];
  reactions: Type[];
  providers: Provider[];
}

/** Every scope in which an app has something to say or to hear: it gets a connection for each. */
export const brokerScopesOf = (app: App): Scope[] =>
  scopes.filter(
    (scope) =>
      allQuestions.some(
        (question) => question.scopes.includes(scope) && (question.service === app || question.askedBy.includes(app)),
      ) || consumers.some(({ service, from }) => service === app && from === scope),
  );

@Module({})
class ServiceModule {}

/** Starts one service: its pools, its connections, its use cases, its reactions, and the relay of its outbox. */
export async function runService(definition: ServiceDefinition): Promise<void> {
  const { service, settings } = definition;
  const logger = createLogger(service, settings.SLIPWAY_LOG_LEVEL);
  const database = await Database.open({
    service,
    serviceKey: settings.SLIPWAY_SERVICE_KEY,
    url: settings.SLIPWAY_DATABASE,
    entities: definition.entities,
    scopes,
  });
  const connections = await Connections.open(
    {
      app: service,
      serviceKey: settings.SLIPWAY_SERVICE_KEY,
      servers: settings.SLIPWAY_NATS,
      scopes: brokerScopesOf(service),
    },
    logger,
  );
  const app = await NestFactory.createMicroservice(moduleOf(definition, database, connections, logger), {
    strategy: new QuestionServer(service, connections, logger),
    logger: new NestLog(logger),
  });
  app.useGlobalFilters(new PassErrorsOn());
  endOnSignal(() => app.close(), logger);
  await app.listen();
  logger.info('ready');
}

function moduleOf(
  definition: ServiceDefinition,
  database: Database,
  connections: Connections,
  logger: Logger,
): DynamicModule {
  const reconciling: ReconcilerSettings = {
    intervalMs: definition.settings.SLIPWAY_RECONCILE_SECONDS * 1_000,
    graceMs: definition.settings.SLIPWAY_RECONCILE_SECONDS * 1_000,
  };
  return {
    module: ServiceModule,
    imports: [DiscoveryModule],
    controllers: [...definition.useCases, ...platformUseCases(definition.service)],
    providers: [
      { provide: Database, useValue: database },
      { provide: Connections, useValue: connections },
      { provide: LOGGER, useValue: logger },
      { provide: SERVICE_KEY, useValue: definition.settings.SLIPWAY_SERVICE_KEY },
      QuestionClient,
      {
        provide: Writes,
        inject: [Database],
        useFactory: (db: Database) =>
          new Writes(db, purposeKey(definition.settings.SLIPWAY_SERVICE_KEY, 'idempotency')),
      },
      {
        provide: Reconciler,
        inject: [Database, QuestionClient],
        useFactory: (...[db, questions]: [Database, QuestionClient]) =>
          new Reconciler(db, questions, reconciling, logger),
      },
      {
        provide: OutboxRelay,
        inject: [Database, Connections, Reconciler],
        useFactory: (...[db, conns, reconciler]: [Database, Connections, Reconciler]) =>
          new OutboxRelay(db, conns, reconciler, logger),
      },
      {
        provide: EventConsumers,
        inject: [DiscoveryService, Database, Connections],
        useFactory: (...[discovery, db, conns]: [DiscoveryService, Database, Connections]) =>
          new EventConsumers(discovery, db, conns, logger),
      },
      ...definition.reactions,
      ...definition.providers,
    ],
  };
}

/** SIGTERM and SIGINT: finish what has begun, then end. A second signal, or ten seconds, end it at once. */
export function endOnSignal(close: () => Promise<unknown>, logger: Logger): void {
  let ending = false;
  const end = (signal: NodeJS.Signals) => {
    if (ending) process.exit(1);
    ending = true;
    logger.info({ signal }, 'stopping');
    setTimeout(() => process.exit(1), 10_000).unref();
    close().then(
      () => process.exit(0),
      (error: unknown) => {
        logger.error({ err: error }, 'stopping failed');
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
}
