import { SystemClock } from '#libs/clock';
import { loadConfig, type ServiceConfig } from '#libs/config';
import { createLogger } from '#libs/observability';
import { endOnSignal, OperationsServer } from '#libs/process';
import type { ServiceDefinition } from './service-definition';
import { ServiceHealth } from './service-health';
import { startService } from './start-service';

/** What a service's `main.ts` does: reads the environment, starts, and ends on a signal. */
export async function runService<Config extends ServiceConfig>(definition: ServiceDefinition<Config>): Promise<void> {
  const config: Config = loadConfig(definition.config.schema);
  const logger = createLogger(definition.name, config.SLIPWAY_LOG_LEVEL);
  const { app } = await startService(definition, config, { clock: new SystemClock(), logger });
  const operations = await OperationsServer.listen({
    port: config.SLIPWAY_METRICS_PORT,
    host: config.SLIPWAY_METRICS_HOST,
    health: () => app.get(ServiceHealth, { strict: false }).read(),
  });
  endOnSignal(async () => {
    await app.close();
    await operations.close();
  }, logger);
  logger.info({ metricsPort: operations.port }, 'ready');
}
