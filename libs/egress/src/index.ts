export { AddressRules } from './address-rules';
export { egressAgent } from './egress-agent';
