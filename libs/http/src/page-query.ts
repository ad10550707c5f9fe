import { Transform } from 'class-transformer';
import { fields } from '#libs/contracts';
import { Field } from './fields';

/** Decimal digits alone: `Number` would read `0x10`, `1e2` and spaces as well. */
const wholeOf = (value: unknown): unknown => (typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value);

/** Lists are `{items, nextCursor}`. */
export class PageQuery {
  @Transform(({ value }) => wholeOf(value))
  @Field(fields.pageRequest.limit)
  limit?: number;

  @Field(fields.pageRequest.cursor, { description: '`nextCursor` of the previous page.' }) cursor?: string;
}
