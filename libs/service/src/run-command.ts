import { text } from 'node:stream/consumers';
import { Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { SystemClock } from '#libs/clock';
import type { ServiceConfig } from '#libs/config';
import { scopes } from '#libs/contracts';
import { Database } from '#libs/database';
import { createLogger } from '#libs/observability';
import { platformCommands } from './platform-commands';
import type { ServiceDefinition } from './service-definition';
import { ServiceModule } from './service.module';

type Injected<Provider> = Type<Provider> | (abstract new (...args: never[]) => Provider);

/** What whoever runs the installation has a service do: they have its key, so nobody else is asked who they are. */
export interface OperatorCommand {
  /** What it is made of, beside what every service is given. */
  providers: Type[];
  /** @returns what is printed, as JSON */
  run: (get: <Provider>(type: Injected<Provider>) => Provider, given: CommandInput) => Promise<unknown>;
}

interface CommandInput {
  words: readonly string[];
  /** What stands on standard input: passwords belong there, and in no list of processes. */
  input: () => Promise<unknown>;
}

/**
 * Runs one command in this process and ends. It needs the database alone, whether or not the service itself is running;
 * nothing is called, and no event consumed.
 */
export async function runCommand<Config extends ServiceConfig>(
  definition: ServiceDefinition<Config>,
  config: Config,
  [name = '', ...words]: readonly string[],
): Promise<void> {
  const commands = { ...platformCommands, ...definition.commands };
  const command = commands[name];
  if (!command) return end(2, `There is no such command; there are: ${Object.keys(commands).join(', ')}`);
  try {
    const result = await execute(definition, config, command, words);
    process.stdout.write(`${JSON.stringify(result)}\n`);
  } catch (error) {
    end(1, error instanceof Error ? error.message : String(error));
  }
}

async function execute<Config extends ServiceConfig>(
  definition: ServiceDefinition<Config>,
  config: Config,
  { providers, run }: OperatorCommand,
  words: readonly string[],
): Promise<unknown> {
  const clock = new SystemClock();
  const database = await Database.open({
    service: definition.name,
    serviceKey: config.SLIPWAY_SERVICE_KEY,
    url: config.SLIPWAY_DATABASE,
    preparesStatements: config.SLIPWAY_PREPARED_STATEMENTS,
    entities: definition.entities,
    scopes,
    clock,
  });
  const logger = createLogger(definition.name, 'silent');
  const resources = ServiceModule.for(definition, { config, database, clock, logger, neighbours: [] });
  @Module({ imports: [resources], providers })
  class CommandModule {}
  const app = await NestFactory.createApplicationContext(CommandModule, { logger: false, abortOnError: false });
  try {
    return await run((type) => app.get(type, { strict: false }), {
      words,
      input: async () => JSON.parse(await text(process.stdin)) as unknown,
    });
  } finally {
    await app.close();
  }
}

function end(code: number, message: string): void {
  process.stderr.write(`${message}\n`);
  process.exitCode = code;
}
