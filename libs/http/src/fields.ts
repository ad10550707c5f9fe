import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import { ValidateBy, ValidateNested } from 'class-validator';
import type { z } from 'zod';
import { check, pointerTo } from '#libs/contracts';
import type { FieldFault } from '#libs/errors';
import { documented, withPlainNull, type JsonSchema } from './documented';

interface FieldOptions {
  description?: string;
  /** The class of an object, or of the items of a list: its fields have rules of their own. */
  type?: () => new () => object;
}

export interface FieldRule extends FieldOptions {
  rule: z.ZodType;
}

const fieldsKey = Symbol('slipway:fields');

/** The fields of a body or a query by name, with the rule of the contract that each takes over. */
export const fieldsOf = (type: new () => object): Record<string, FieldRule> => fieldsOn(type.prototype as object);

const fieldsOn = (prototype: object): Record<string, FieldRule> =>
  (Reflect.getMetadata(fieldsKey, prototype) as Record<string, FieldRule> | undefined) ?? {};

/**
 * A field of a body or a query: its rule is that of the contract, for class-validator and for the OpenAPI document
 * alike. What the contract gives a default, or makes optional, may be left out.
 */
export const Field = (rule: z.ZodType, { description, type }: FieldOptions = {}): PropertyDecorator =>
  applyDecorators(
    remember({ rule, type, description }),
    ...(type ? [Type(type), ValidateNested()] : [Transform(({ value }) => normalized(rule, value))]),
    ValidateBy({
      name: 'contract',
      validator: { validate: (value) => faultsOfField({ rule, type }, value, 'field').length === 0 },
    }),
    ApiProperty({
      ...(type ? asComponent(rule, type) : withPlainNull(documented(rule))),
      required: !accepts(rule, undefined),
      ...(description && { description }),
    } as Parameters<typeof ApiProperty>[0]),
  );

/** Every class that has a field, by the name that it has in the OpenAPI document. */
export const fieldClasses = new Map<string, new () => object>();

const remember =
  (field: FieldRule): PropertyDecorator =>
  (prototype, property) => {
    Reflect.defineMetadata(fieldsKey, { ...fieldsOn(prototype), [property]: field }, prototype);
    fieldClasses.set(prototype.constructor.name, prototype.constructor as new () => object);
  };

/** The value as the rule leaves it: trimmed, in small letters. */
function normalized(rule: z.ZodType, value: unknown): unknown {
  const result = rule.safeParse(value);
  return result.success ? result.data : value;
}

const accepts = (rule: z.ZodType, value: unknown): boolean => rule.safeParse(value).success;

/** What is wrong with a field; the fields within, where they have a class, tell for themselves. */
export function faultsOfField({ rule, type }: FieldRule, value: unknown, name: string): FieldFault[] {
  const { faults = [] } = check(rule, value, [name]);
  return type ? faults.filter(({ pointer }) => pointer === pointerTo(name)) : faults;
}

/** A class becomes a named component of the document. */
function asComponent(rule: z.ZodType, type: () => new () => object): JsonSchema {
  const { type: kind, minItems, maxItems } = documented(rule);
  return { type: type(), ...(kind === 'array' && { isArray: true, minItems, maxItems }) };
}
