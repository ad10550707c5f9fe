import { first } from '../../no-circles-between-libraries/src/index';

export const second = first;
