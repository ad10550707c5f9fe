import { second } from '../../no-circles-between-libraries-either/src/index';

export const broken = second;
