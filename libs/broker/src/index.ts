export { Broadcasts } from './broadcasts';
export { brokerTls } from './broker-tls';
export { Connections, type BrokerSettings } from './connections';
export { EdgeEvents } from './edge-events';
