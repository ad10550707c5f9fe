import 'reflect-metadata';
import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { Broadcasts, Connections, EdgeEvents, OnceEvents } from '#libs/broker';
import { Clock } from '#libs/clock';
import type { ServiceConfig } from '#libs/config';
import { SERVICE_KEY } from '#libs/crypto';
import { Database, type Retention } from '#libs/database';
import {
  DeadLetters,
  EventConsumers,
  EventHandlers,
  KeptEvents,
  OutboxRelay,
  platformRetention,
  Purge,
  Purger,
  PUT_OFF_SETTINGS,
  PutOffEvents,
  Reconciler,
  RECONCILER_SETTINGS,
  RETENTION,
  Stalls,
  type PutOffSettings,
  type ReconcilerSettings,
} from '#libs/events';
import { LOGGER, type Logger } from '#libs/observability';
import { RpcClient } from '#libs/rpc';
import { IdempotentTransaction } from './idempotent-transaction';
import { platformUseCases } from './platform.use-cases';
import { ServiceHealth } from './service-health';
import { ServiceMetrics } from './service-metrics';
import type { ServiceDefinition } from './service-definition';

/** What a service is opened with; `runService` makes the real ones, a spec brings its own. */
export interface ServiceResources {
  config: ServiceConfig;
  database: Database;
  clock: Clock;
  logger: Logger;
  /** The neighbours: those of the broker, or a spec's. */
  neighbours: Provider[];
  /** Its own that need the broker itself. */
  overBroker?: Provider[];
}

/** Over the broker: calls to other services, broadcasts, and everything that carries events. */
export const brokered = (
  connections: Connections,
  { SLIPWAY_RECONCILE_SECONDS: seconds, SLIPWAY_PUT_OFF_SECONDS: patienceSeconds }: ServiceConfig,
): Provider[] => [
  { provide: Connections, useValue: connections },
  {
    provide: RECONCILER_SETTINGS,
    useValue: { intervalMs: seconds * 1_000, graceMs: seconds * 1_000 } satisfies ReconcilerSettings,
  },
  { provide: PUT_OFF_SETTINGS, useValue: { patienceSeconds } satisfies PutOffSettings },
  RpcClient,
  Broadcasts,
  EdgeEvents,
  OnceEvents,
  Reconciler,
  OutboxRelay,
  EventHandlers,
  PutOffEvents,
  EventConsumers,
  KeptEvents,
  Purge,
  Purger,
  ServiceHealth,
  ServiceMetrics,
];

/** All that goes by its age: of every service, and of this one. */
export const retentionOf = (definition: ServiceDefinition, config: ServiceConfig): Retention[] => [
  ...platformRetention(definition.name, config),
  ...(definition.retention?.(config) ?? []),
];

/** What every service is given, whatever it is for: injectable everywhere in it. */
@Module({})
export class ServiceModule {
  static for(
    definition: ServiceDefinition,
    { config, database, clock, logger, neighbours }: ServiceResources,
  ): DynamicModule {
    const resources: Provider[] = [
      { provide: definition.config.token, useValue: config },
      { provide: SERVICE_KEY, useValue: config.SLIPWAY_SERVICE_KEY },
      { provide: Database, useValue: database },
      { provide: Clock, useValue: clock },
      { provide: LOGGER, useValue: logger },
      { provide: RETENTION, useValue: retentionOf(definition, config) },
      IdempotentTransaction,
      DeadLetters,
      Stalls,
      ...neighbours,
    ];
    return {
      module: ServiceModule,
      global: true,
      imports: [DiscoveryModule],
      providers: resources,
      exports: resources,
    };
  }
}

/** The whole service: what is its own, and what all have. */
export const serviceRoot = (definition: ServiceDefinition, resources: ServiceResources): DynamicModule => ({
  module: class ServiceRoot {},
  imports: [ServiceModule.for(definition, resources), definition.module],
  controllers: platformUseCases(definition.name),
  providers: resources.overBroker,
});
