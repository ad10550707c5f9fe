import { z } from 'zod';
import { certificates, edgeEnvironment, egressEnvironment, httpUrl, port, seconds } from '#libs/config';

const atLeastOne = () => z.coerce.number().int().min(1);

/** Where it is injected. */
export const GatewayConfig = Symbol('GatewayConfig');
export type GatewayConfig = z.output<typeof schema>;

const schema = edgeEnvironment.extend({
  ...egressEnvironment.shape,
  SLIPWAY_GATEWAY_PORT: port().default(8080),
  /** Where partners reach the gateway. Issuers, links and cookies come from it, never from the Host header. */
  SLIPWAY_PUBLIC_URL: httpUrl(),
  /** Calls of one account, and of one key, that are under way at once, on one copy. */
  SLIPWAY_CALLS_PER_ACCOUNT: atLeastOne().default(48),
  SLIPWAY_CALLS_PER_KEY: atLeastOne().default(32),
  /** Connections to one provider in one environment, from one copy. */
  SLIPWAY_PROVIDER_CONNECTIONS: atLeastOne().default(128),
  /** Calls that wait for one of them, and for how long. */
  SLIPWAY_PROVIDER_QUEUE: z.coerce.number().int().min(0).default(256),
  SLIPWAY_PROVIDER_QUEUE_SECONDS: seconds(1, 60).default(2),
  /** Within which a provider's reply must begin. */
  SLIPWAY_PROVIDER_SECONDS: seconds(1, 86_400).default(30),
  /** After which a reply is cut in which nothing moves; while something does, it may go on for ever. */
  SLIPWAY_PROVIDER_IDLE_SECONDS: seconds(1, 86_400).default(300),
  /** How long tokens are trusted by a gateway that cannot learn which have been ended. */
  SLIPWAY_REVOCATIONS_MAX_AGE_SECONDS: seconds(5, 3_600).default(60),
  /** A PEM file of authorities that sign a provider's certificates, believed beside the system's. */
  SLIPWAY_PROVIDER_CA: certificates().optional(),
});

export const gatewayConfig = { schema, token: GatewayConfig };
