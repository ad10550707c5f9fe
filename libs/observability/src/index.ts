export { createLogger, LOGGER, NestLog, type Logger } from './logger';
export { gauge, metrics, metricsText } from './metrics';
