import { here } from '../here/no-circles';

export const there = () => here;
