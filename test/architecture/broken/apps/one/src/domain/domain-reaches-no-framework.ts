import { carrier } from '../../../../libs/carrier/src/index';

export const broken = carrier;
