import { component } from '../../../libs/ui/src/index';

export const broken = component;
