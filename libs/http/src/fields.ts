import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsEmail,
  IsIn,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  IsUUID,
  Matches,
  Max,
  MaxLength,
  Min,
  MinLength,
  ValidateIf,
  ValidateNested,
} from 'class-validator';

/**
 * Fields of request bodies: each says its rule to class-validator and to the OpenAPI document at once. `optional` may
 * be left out; it may not be null unless `nullable`.
 */
interface Common {
  optional?: boolean;
  nullable?: boolean;
  description?: string;
}

function presence({ optional, nullable }: Common): PropertyDecorator {
  if (optional && nullable) return IsOptional();
  if (optional) return ValidateIf((_object, value) => value !== undefined);
  if (nullable) return ValidateIf((_object, value) => value !== null);
  return () => undefined;
}

type Documented = Record<string, unknown>;

const field = (common: Common, documented: Documented, ...rules: PropertyDecorator[]): PropertyDecorator =>
  applyDecorators(
    presence(common),
    ...rules,
    ApiProperty({
      required: !common.optional,
      ...(common.description && { description: common.description }),
      ...(common.nullable ? nullable(documented) : documented),
    } as Parameters<typeof ApiProperty>[0]),
  );

const nullable = (documented: Documented): Documented => ({ ...documented, type: [documented['type'], 'null'] });

const trim = Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.trim() : value));
const lowerCase = Transform(({ value }: { value: unknown }) =>
  typeof value === 'string' ? value.trim().toLowerCase() : value,
);
/**
 * Control characters other than tab and line breaks have no place in text; Postgres refuses NUL, and JSON half a
 * surrogate pair.
 */
const noControls = Matches(/^[^\p{Cc}\p{Cs}]*(?:[\t\n\r][^\p{Cc}\p{Cs}]*)*$/u, {
  message: '$property must not contain control characters',
});
const visible = Matches(/[^\s\p{Cf}\p{Cc}]/u, { message: '$property must not be empty' });

interface TextRule extends Common {
  max?: number;
  min?: number;
  /** The text itself matters, spaces included. */
  verbatim?: boolean;
}

/** Text of at least one visible character, unless it may be empty. */
export const Text = ({ max = 100, min = 1, verbatim, ...common }: TextRule = {}) =>
  field(
    common,
    { type: 'string', minLength: min, maxLength: max },
    ...(verbatim ? [] : [trim]),
    IsString(),
    ...(min > 0 ? [visible] : []),
    MinLength(min, { message: min === 1 ? '$property must not be empty' : undefined }),
    MaxLength(max),
    noControls,
  );

/** ISO 4217. */
export const Currency = () =>
  field(
    {},
    { type: 'string', pattern: '^[A-Z]{3}$' },
    IsString(),
    Matches(/^[A-Z]{3}$/, { message: '$property must be three capital letters, such as EUR' }),
  );

export const Username = () =>
  field(
    {},
    { type: 'string', pattern: '^[a-z0-9][a-z0-9._-]{0,63}$' },
    lowerCase,
    IsString(),
    Matches(/^[a-z0-9][a-z0-9._-]{0,63}$/, {
      message: '$property must be 1 to 64 of a-z, 0-9, dot, dash and underscore, and begin with a letter or digit',
    }),
  );

/** Not an address: the last label is no number. */
const domainForm =
  /^(?=.{3,200}$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*\.(?!\d+$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

export const DomainName = () =>
  field(
    {},
    { type: 'string', format: 'hostname', maxLength: 200 },
    lowerCase,
    IsString(),
    Matches(domainForm, {
      message: '$property must be a domain name such as contoso.example',
    }),
  );

export const EmailAddress = () =>
  field(
    {},
    { type: 'string', format: 'email', maxLength: 254 },
    lowerCase,
    IsEmail({}, { message: '$property must be an e-mail address' }),
    MaxLength(254),
  );

/** 12 to 200 characters, no other rule. Never trimmed. */
export const Password = ({ optional }: Common = {}) =>
  field(
    { optional },
    { type: 'string', format: 'password', minLength: 12, maxLength: 200 },
    IsString(),
    MinLength(12),
    MaxLength(200),
  );

/** A password that is compared, not chosen: of any length within reason. */
export const PresentedPassword = () =>
  field({}, { type: 'string', format: 'password', maxLength: 1_000 }, IsString(), MinLength(1), MaxLength(1_000));

/** `[a-z_]{1,63}`: programmes, types. An unknown one is not invalid. */
export const Term = (common: Common = {}) =>
  field(
    common,
    { type: 'string', pattern: '^[a-z_]{1,63}$' },
    IsString(),
    Matches(/^[a-z_]{1,63}$/, {
      message: '$property must be 1 to 63 of a-z and underscore',
    }),
  );

export const Slug = (common: Common = {}) =>
  field(
    common,
    { type: 'string', pattern: '^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$' },
    IsString(),
    Matches(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/, {
      message: '$property must be 1 to 63 of a-z, 0-9 and dash, and neither begin nor end with a dash',
    }),
  );

export const Flag = (common: Common = {}) => field(common, { type: 'boolean' }, IsBoolean());

export const Whole = ({ min, max, ...common }: Common & { min: number; max: number }) =>
  field(common, { type: 'integer', minimum: min, maximum: max }, IsInt(), Min(min), Max(max));

export const OneOf = (values: readonly (string | boolean)[], common: Common = {}) =>
  field(common, { type: typeof values[0] === 'boolean' ? 'boolean' : 'string', enum: [...values] }, IsIn([...values]));

export const Uuid = (common: Common = {}) => field(common, { type: 'string', format: 'uuid' }, IsUUID('all'));

export const JsonObject = (common: Common = {}) =>
  field(common, { type: 'object', additionalProperties: true }, IsObject());

export const Url = ({ ...common }: Common = {}) =>
  field(
    common,
    { type: 'string', format: 'uri', maxLength: 500 },
    IsString(),
    MaxLength(500),
    Matches(/^https?:\/\/[^\s@]+$/, {
      message: '$property must be an http or https URL without credentials',
    }),
  );

/** An object with a shape of its own. */
export const Nested = (type: () => new () => object, common: Common = {}) =>
  applyDecorators(
    presence(common),
    IsObject(),
    ValidateNested(),
    Type(type),
    ApiProperty({ required: !common.optional, type: type() }),
  );

export const ListOf = (
  type: () => new () => object,
  { max, min = 0, ...common }: Common & { max: number; min?: number },
) =>
  applyDecorators(
    presence(common),
    IsArray(),
    ArrayMaxSize(max),
    ValidateNested({ each: true }),
    Type(type),
    ApiProperty({ required: !common.optional, type: type(), isArray: true, minItems: min, maxItems: max }),
  );
