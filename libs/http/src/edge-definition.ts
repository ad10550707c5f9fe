import type { Type } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { OpenAPIObject } from '@nestjs/swagger';
import type { z } from 'zod';
import type { EdgeConfig } from '#libs/config';
import type { Edge, Service } from '#libs/contracts';
import type { SessionReader } from './access/caller.guard';
import type { ErrorForm } from './problem';
import type { Site } from './site';

/** Something that an edge is there for. */
export interface Capability {
  /** The services without which it is not there. */
  needs: readonly Service[];
  /** What in this process can tell whether it is there as well. */
  itself?: Type<{ isReady(): boolean }>;
}

/** One HTTP edge, as its `main.ts` runs it. */
export interface EdgeDefinition<Config extends EdgeConfig = EdgeConfig> {
  name: Edge;
  title: string;
  /** Its controllers and providers. */
  module: Type;
  sessionReader: Type<SessionReader>;
  /** By name, each with a readiness of its own. An edge is ready as long as what needs no service is there. */
  capabilities: Readonly<Record<string, Capability>>;
  /** In which its sessions are; of several at once, `Slipway-Account` says which is meant. */
  cookies: readonly string[];
  /** The schema of its environment, and where what was read is injected. */
  config: { schema: z.ZodType<Config>; token: symbol };
  /** The port it listens on, and where its people reach it. */
  address: (config: Config) => { port: number; url: string };
  errorForm?: ErrorForm;
  /** Served beside the API. */
  site?: Site;
  /** What the OpenAPI document says of routes outside Nest. */
  morePaths?: OpenAPIObject['paths'];
  /** Routes outside Nest, such as the data plane. */
  extend?: (app: NestFastifyApplication) => Promise<void>;
}

export const defineEdge = <Config extends EdgeConfig>(definition: EdgeDefinition<Config>): EdgeDefinition<Config> =>
  definition;
