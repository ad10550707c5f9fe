import type { INestMicroservice } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Connections } from '#libs/broker';
import type { Clock } from '#libs/clock';
import type { ServiceConfig } from '#libs/config';
import { scopes, scopesOf } from '#libs/contracts';
import { Database } from '#libs/database';
import { NestLog, type Logger } from '#libs/observability';
import { PassErrorsOn, RpcServer } from '#libs/rpc';
import type { ServiceDefinition } from './service-definition';
import { brokered, serviceRoot } from './service.module';

export interface StartedService {
  app: INestMicroservice;
  database: Database;
}

/** One service in this process: its pools, its connections, its use cases, its event handlers, and the relay of its outbox. */
export async function startService<Config extends ServiceConfig>(
  definition: ServiceDefinition<Config>,
  config: Config,
  { clock, logger, opened }: { clock: Clock; logger: Logger; opened?: (database: Database) => Promise<void> },
): Promise<StartedService> {
  const { name, entities } = definition;
  const serviceKey = config.SLIPWAY_SERVICE_KEY;
  const database = await Database.open({
    service: name,
    serviceKey,
    url: config.SLIPWAY_DATABASE,
    preparesStatements: config.SLIPWAY_PREPARED_STATEMENTS,
    entities,
    scopes,
    clock,
  });
  await opened?.(database);
  const connections = await Connections.open(
    { app: name, serviceKey, servers: config.SLIPWAY_NATS, ca: config.SLIPWAY_NATS_CA, scopes: scopesOf(name) },
    logger,
  );
  const neighbours = brokered(connections, config);
  const app = await NestFactory.createMicroservice(
    serviceRoot(definition, { config, database, clock, logger, neighbours, overBroker: definition.overBroker }),
    { strategy: new RpcServer(name, connections, clock, logger), logger: new NestLog(logger) },
  );
  app.useGlobalFilters(new PassErrorsOn());
  await app.listen();
  return { app, database };
}
