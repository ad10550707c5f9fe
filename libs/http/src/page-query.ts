import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';

/** Lists are `{items, nextCursor}`. */
export class PageQuery {
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(200)
  @ApiProperty({ required: false, type: 'integer', minimum: 1, maximum: 200, default: 50 })
  limit: number = 50;

  @IsOptional()
  @IsString()
  @MaxLength(200)
  @ApiProperty({ required: false, type: 'string', description: '`nextCursor` of the previous page.' })
  cursor?: string;
}
