export { Clock, SystemClock } from './clock';
export { clockView, FollowingClock, ownClockMs } from './following-clock';
export { Latch } from './latch';
