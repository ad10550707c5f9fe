export { Broadcasts } from './broadcasts';
export { Connections, type BrokerSettings } from './connections';
export { EdgeEvents } from './edge-events';
