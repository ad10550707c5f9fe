import { edgeEnvironmentShape, httpUrl, loadConfig, port } from '#libs/config';

export const config = loadConfig(
  edgeEnvironmentShape.extend({
    SLIPWAY_GATEWAY_PORT: port().default(8080),
    /** Where partners reach the gateway. Issuers, links and cookies come from it, never from the Host header. */
    SLIPWAY_PUBLIC_URL: httpUrl(),
  }),
);
