import { Transform } from 'class-transformer';
import { fields } from '#libs/contracts';
import { Field } from './fields';

/** Decimal digits alone: `Number` would read `0x10`, `1e2` and spaces as well. */
/** A query has text alone; what is no whole number is left for the check of the field. */
const wholeOf = (value: unknown): unknown => (typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value);

export const WholeInQuery = () => Transform(({ value }) => wholeOf(value));

/** Lists are `{items, nextCursor}`. */
export class PageQuery {
  @WholeInQuery()
  @Field(fields.pageRequest.limit)
  limit?: number;

  @Field(fields.pageRequest.cursor, { description: '`nextCursor` of the previous page.' }) cursor?: string;
}
