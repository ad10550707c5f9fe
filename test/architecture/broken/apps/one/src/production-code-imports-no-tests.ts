import { support } from '../../../test/support';

export const broken = support;
