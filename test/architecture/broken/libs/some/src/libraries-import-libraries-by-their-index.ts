import { inside } from '../../plain/src/inside';

export const broken = inside;
