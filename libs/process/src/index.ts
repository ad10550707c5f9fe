export { endOnSignal } from './end-on-signal';
export { SkewWatch } from './skew-watch';
export { OperationsServer, type Health } from './operations-server';
