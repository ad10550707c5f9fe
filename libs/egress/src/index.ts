export { addressFault } from './outgoing-address';
export { egressAgent } from './egress-agent';
