import { Param, type PipeTransform } from '@nestjs/common';
import { ApiParam } from '@nestjs/swagger';
import { notFound } from '#libs/errors';

class NumberPipe implements PipeTransform<unknown, number> {
  transform(value: unknown): number {
    if (typeof value === 'string' && /^[1-9]\d{0,8}$/.test(value)) return Number(value);
    throw notFound();
  }
}

/** A number in the path, from 1. What cannot be one is missing, like any other: 404. */
export const NumberInPath = (name: string): ParameterDecorator => {
  const param = Param(name, new NumberPipe());
  return (target, key, index) => {
    param(target, key, index);
    const descriptor = key !== undefined && Object.getOwnPropertyDescriptor(target, key);
    if (key !== undefined && descriptor)
      ApiParam({ name, schema: { type: 'integer', minimum: 1, maximum: 999_999_999 } })(target, key, descriptor);
  };
};
