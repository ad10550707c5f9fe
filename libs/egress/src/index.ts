export { addressFault } from './outgoing-address';
