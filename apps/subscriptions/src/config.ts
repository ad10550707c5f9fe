import { loadConfig, serviceEnvironmentShape } from '#libs/config';

export const config = loadConfig(serviceEnvironmentShape);
