import { textsOf } from '#libs/ui';
import { catalogue } from './catalogue';

export const t = textsOf(catalogue);
