export { createLogger, NestLog, type Logger } from './logger';
export { metrics, metricsText } from './metrics';
