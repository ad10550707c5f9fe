export { endOnSignal } from './end-on-signal';
export { OperationsServer, type Health } from './operations-server';
