import { z } from 'zod';

/** What a query can say of a flag. */
export const queryFlag = () => z.enum(['true', 'false']).optional();

/** Left out: undefined. */
export const flagOf = (value: string | undefined): boolean | undefined =>
  value === undefined ? undefined : value === 'true';
