import { edgeEnvironmentShape, flag, loadConfig, port } from '#libs/config';

export const config = loadConfig(
  edgeEnvironmentShape.extend({
    SLIPWAY_ADMIN_PORT: port().default(8081),
    /** Production mode: provider endpoints must be https, and not on loopback. */
    SLIPWAY_PRODUCTION: flag().default(false),
  }),
);
