import { clockView, FollowingClock } from '#libs/clock';
import { loadConfig, type ServiceConfig } from '#libs/config';
import { createLogger } from '#libs/observability';
import { Ending, OperationsServer, SkewWatch } from '#libs/process';
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
  const clock = new FollowingClock();
  // Before anything is handled that goes by the time of day.
  let skew: SkewWatch | undefined;
  const { app } = await startService(definition, config, {
    clock,
    logger,
    opened: async (database) => {
      skew = await SkewWatch.start(clock, () => database.time(), logger);
    },
  });
  const operations = await OperationsServer.listen({
    port: config.SLIPWAY_METRICS_PORT,
    host: config.SLIPWAY_METRICS_HOST,
    health: () => app.get(ServiceHealth, { strict: false }).read(),
    notes: () => clockView(clock),
    ending,
  });
  ending.onSignal(async () => {
    skew?.close();
    await app.close();
    await operations.close();
  }, logger);
  logger.info({ metricsPort: operations.port }, 'ready');
}
