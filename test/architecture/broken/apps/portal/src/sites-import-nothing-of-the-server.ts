import { plain } from '../../../libs/plain/src/index';

export const broken = plain;
