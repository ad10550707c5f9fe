import type { Type } from '@nestjs/common';
import type { z } from 'zod';
import type { ServiceConfig } from '#libs/config';
import type { Service } from '#libs/contracts';
import type { Retention } from '#libs/database';
import type { OperatorCommand } from './run-command';

/** One service, as its `main.ts` runs it and its specs open it. */
export interface ServiceDefinition<Config extends ServiceConfig = ServiceConfig> {
  name: Service;
  /** Its use cases as controllers, everything else as providers. */
  module: Type;
  /** What it does over the broker beside calls and events; what they need of `module`, that exports. */
  overBroker?: Type[];
  entities: (new () => object)[];
  /** The schema of its environment, and where what was read is injected. */
  config: { schema: z.ZodType<Config>; token: symbol };
  /** What of its own tables goes by its age. */
  retention?(config: Config): Retention[];
  /** By name: what its `main.ts` does when it is given one. */
  commands?: Record<string, OperatorCommand>;
}

export const defineService = <Config extends ServiceConfig>(
  definition: ServiceDefinition<Config>,
): ServiceDefinition<Config> => definition;
