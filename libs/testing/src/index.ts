export { Api, type ApiReply, type CallOptions } from './api';
export { eventually, until } from './eventually';
export { expectProblem, expectStatus, type Problem } from './expectations';
export { controlOf, sharedSystem, startSystem, type RunningSystem, type SystemControl } from './system';
export { Scenario, type PartnerAccount, type Registered } from './scenario';
