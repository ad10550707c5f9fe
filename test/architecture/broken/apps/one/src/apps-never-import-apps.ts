import { two } from '../../two/src/two';

export const broken = two;
