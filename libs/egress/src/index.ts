export { AddressRules, isInnerAddress, isLoopback, portOf } from './address-rules';
export { egressAgent, type Resolve } from './egress-agent';
export { txtRecordsOf } from './txt-records';
