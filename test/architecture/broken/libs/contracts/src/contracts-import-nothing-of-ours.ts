import { plain } from '../../plain/src/index';

export const broken = plain;
