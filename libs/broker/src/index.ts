export { Broadcasts } from './broadcasts';
export { brokerTls } from './broker-tls';
export { Connections, type BrokerSettings } from './connections';
export { EdgeEvents, type EdgeEvent } from './edge-events';
export { OnceEvents, onceId } from './once-events';
