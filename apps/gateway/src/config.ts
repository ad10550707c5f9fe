import type { z } from 'zod';
import { certificates, edgeEnvironment, egressEnvironment, httpUrl, port } from '#libs/config';

/** Where it is injected. */
export const GatewayConfig = Symbol('GatewayConfig');
export type GatewayConfig = z.output<typeof schema>;

const schema = edgeEnvironment.extend({
  ...egressEnvironment.shape,
  SLIPWAY_GATEWAY_PORT: port().default(8080),
  /** Where partners reach the gateway. Issuers, links and cookies come from it, never from the Host header. */
  SLIPWAY_PUBLIC_URL: httpUrl(),
  /** A PEM file of authorities that sign a provider's certificates, believed beside the system's. */
  SLIPWAY_PROVIDER_CA: certificates().optional(),
});

export const gatewayConfig = { schema, token: GatewayConfig };
