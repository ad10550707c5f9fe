import { two } from '../../../two/src/two';
import { pool } from '../../../../libs/database/src/pool';

export const rule = () => two + pool;
