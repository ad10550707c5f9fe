import { edgeEnvironmentShape, loadConfig, port } from '#libs/config';

export const config = loadConfig(edgeEnvironmentShape.extend({ SLIPWAY_GATEWAY_PORT: port().default(8080) }));
