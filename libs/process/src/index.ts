export { Ending } from './ending';
export { OperationsServer, type Health } from './operations-server';
