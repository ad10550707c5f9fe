import { SystemClock } from '#libs/clock';
import { loadConfig, type ServiceConfig } from '#libs/config';
import { createLogger } from '#libs/observability';
import { Ending, OperationsServer } from '#libs/process';
import type { ServiceDefinition } from './service-definition';
import { runCommand } from './run-command';
import { ServiceHealth } from './service-health';
import { startService } from './start-service';

/**
 * What a service's `main.ts` does: reads the environment, starts, and ends on a signal. Given the name of a command, it
 * runs that and nothing else.
 */
export async function runService<Config extends ServiceConfig>(definition: ServiceDefinition<Config>): Promise<void> {
  const config: Config = loadConfig(definition.config.schema);
  const command = process.argv.slice(2);
  if (command.length > 0) return runCommand(definition, config, command);
  const logger = createLogger(definition.name, config.SLIPWAY_LOG_LEVEL);
  const ending = new Ending();
  const { app } = await startService(definition, config, { clock: new SystemClock(), logger });
  const operations = await OperationsServer.listen({
    port: config.SLIPWAY_METRICS_PORT,
    host: config.SLIPWAY_METRICS_HOST,
    health: () => app.get(ServiceHealth, { strict: false }).read(),
    ending,
  });
  ending.onSignal(async () => {
    await app.close();
    await operations.close();
  }, logger);
  logger.info({ metricsPort: operations.port }, 'ready');
}
