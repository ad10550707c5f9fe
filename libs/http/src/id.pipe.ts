import { Param, type PipeTransform } from '@nestjs/common';
import { ApiParam } from '@nestjs/swagger';
import { notFound } from '#libs/errors';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

class IdPipe implements PipeTransform<unknown, string> {
  transform(value: unknown): string {
    if (typeof value === 'string' && uuid.test(value)) return value.toLowerCase();
    throw notFound();
  }
}

/** An id in the path. What cannot be an id is missing, like any other: 404. */
export const Id = (name = 'id'): ParameterDecorator => {
  const param = Param(name, new IdPipe());
  return (target, key, index) => {
    param(target, key, index);
    const descriptor = key !== undefined && Object.getOwnPropertyDescriptor(target, key);
    if (key !== undefined && descriptor)
      ApiParam({ name, format: 'uuid', schema: { type: 'string' } })(target, key, descriptor);
  };
};
