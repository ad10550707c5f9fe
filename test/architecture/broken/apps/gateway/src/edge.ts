import { pool } from '../../../libs/database/src/pool';

export const edge = pool;
