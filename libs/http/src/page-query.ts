import { Type } from 'class-transformer';
import { fields } from '#libs/contracts';
import { Field } from './fields';

/** Lists are `{items, nextCursor}`. */
export class PageQuery {
  @Type(() => Number)
  @Field(fields.pageRequest.limit)
  limit?: number;

  @Field(fields.pageRequest.cursor, { description: '`nextCursor` of the previous page.' }) cursor?: string;
}
