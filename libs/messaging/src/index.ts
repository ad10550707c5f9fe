export { Answers, UseCase } from './answers';
export { asService, newTraceId, ownCall, personOf, staffOf, type Call, type CallEnvelope } from './call';
export { Connections } from './connections';
export { QuestionClient } from './question-client';
export { ReactsTo, type EventOf } from './reacts-to';
export { brokerScopesOf, endOnSignal, LOGGER, runService, SERVICE_KEY, type ServiceDefinition } from './service-host';
export { Signal } from './signal';
export { Writes } from './writes';
