import { Param, type PipeTransform } from '@nestjs/common';
import { ApiParam } from '@nestjs/swagger';
import { notFound } from '#libs/errors';

const version = /^[A-Za-z0-9][A-Za-z0-9.-]{0,49}$/;

class VersionPipe implements PipeTransform<unknown, string | number> {
  transform(value: unknown): string | number {
    if (typeof value !== 'string' || !version.test(value)) throw notFound();
    // Copies of a service of the release before know numbers alone.
    return /^[1-9]\d{0,8}$/.test(value) ? Number(value) : value;
  }
}

/** A version in the path, as it was shown. What cannot be one is missing, like any other: 404. */
export const VersionInPath = (name = 'version'): ParameterDecorator => {
  const param = Param(name, new VersionPipe());
  return (target, key, index) => {
    param(target, key, index);
    const descriptor = key !== undefined && Object.getOwnPropertyDescriptor(target, key);
    const schema = { type: 'string', maxLength: 50, examples: ['1'] } as const;
    if (key !== undefined && descriptor)
      ApiParam({ name, description: 'As it was shown: `1`, or `slipway-1`.', schema })(target, key, descriptor);
  };
};
