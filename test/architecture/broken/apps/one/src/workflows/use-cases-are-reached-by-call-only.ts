import { second } from '../use-cases/second/second';

export const broken = second;
