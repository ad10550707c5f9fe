export { AddressRules, isInnerAddress } from './address-rules';
export { egressAgent } from './egress-agent';
export { txtRecordsOf } from './txt-records';
