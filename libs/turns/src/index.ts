export { FairPool, type Turn } from './fair-pool';
export { networkOf } from './network';
