import { inside } from '../../../libs/plain/src/inside';

export const broken = inside;
