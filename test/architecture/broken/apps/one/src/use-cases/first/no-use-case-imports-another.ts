import { second } from '../second/second';

export const broken = second;
