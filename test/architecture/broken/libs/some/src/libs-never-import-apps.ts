import { two } from '../../../apps/two/src/two';

export const broken = two;
