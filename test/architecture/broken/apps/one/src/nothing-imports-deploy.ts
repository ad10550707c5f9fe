import { run } from '../../../deploy/run';

export const broken = run;
