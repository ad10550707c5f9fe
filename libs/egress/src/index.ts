export { AddressRules, isInnerAddress } from './address-rules';
export { egressAgent } from './egress-agent';
