export { FairPool, type Turn } from './fair-pool';
