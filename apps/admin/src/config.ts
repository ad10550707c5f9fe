import { edgeEnvironmentShape, flag, httpUrl, loadConfig, port } from '#libs/config';

export const config = loadConfig(
  edgeEnvironmentShape.extend({
    SLIPWAY_ADMIN_PORT: port().default(8081),
    /** Where staff reaches this edge; cookies come from it. */
    SLIPWAY_ADMIN_URL: httpUrl(),
    /** Production mode: provider endpoints must be https, and not on loopback. */
    SLIPWAY_PRODUCTION: flag().default(false),
  }),
);
