import type { z } from 'zod';
import { edgeEnvironment, httpUrl, port } from '#libs/config';

/** Where it is injected. */
export const GatewayConfig = Symbol('GatewayConfig');
export type GatewayConfig = z.output<typeof schema>;

const schema = edgeEnvironment.extend({
  SLIPWAY_GATEWAY_PORT: port().default(8080),
  /** Where partners reach the gateway. Issuers, links and cookies come from it, never from the Host header. */
  SLIPWAY_PUBLIC_URL: httpUrl(),
});

export const gatewayConfig = { schema, token: GatewayConfig };
