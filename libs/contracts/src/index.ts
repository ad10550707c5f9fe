export * from './environment';
export * from './apps';
export * from './ids';
export * as fields from './fields';
export { check, type Checked } from './check';
export { pointerTo, segmentsOf } from './json-pointer';
export * from './caller';
export * from './error-catalogue';
export * from './rpc-method';
export * from './event';
export * from './broadcast';
export * from './fence';
export * from './credentials';
export * as identity from './identity';
export * as tokens from './tokens';
export * as gateway from './gateway';
export * as subscriptions from './subscriptions';
export * as notifications from './notifications';
export * from './public-events';
export * from './outcome-stream';
export { deadLettersOfScopeMax, deadLetterState, outboxWritten, platformMethods } from './platform';
export { allBroadcasts, allEvents, allRpcMethods, rpcMethodsOf, scopesOf } from './everything';
export {
  consumers,
  linkEvents,
  onceEvents,
  staffEvents,
  durableName,
  streamName,
  type ConsumerSpec,
} from './consumers';
