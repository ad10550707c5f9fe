export { Ending } from './ending';
export { SkewWatch } from './skew-watch';
export { OperationsServer, type Health } from './operations-server';
