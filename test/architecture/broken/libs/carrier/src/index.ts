import { pool } from '../../database/src/index';

export const carrier = pool;
