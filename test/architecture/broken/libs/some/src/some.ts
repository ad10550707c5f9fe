import { two } from '../../../apps/two/src/two';

export const some = two;
