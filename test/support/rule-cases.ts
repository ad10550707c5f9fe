import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import { fields } from '#libs/contracts';
import { documented } from '#libs/http';
import { pictures } from '#libs/testing';
import { bodyRoutes, queryRoutes, type Body, type BodyRoute } from './routes';

interface Schema {
  [keyword: string]: unknown;
  type?: string;
  format?: string;
  pattern?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  minItems?: number;
  maxItems?: number;
  items?: Schema;
  enum?: unknown[];
  properties?: Record<string, Schema>;
  required?: string[];
  anyOf?: Schema[];
}

/** One rule of one field: two bodies that differ in nothing but this field. */
export interface Case {
  pointer: string;
  rule: string;
  inside: Record<string, unknown>;
  outside: Record<string, unknown>;
}

interface Bound {
  rule: string;
  inside: unknown;
  outside: unknown;
}

/** What the field is when it is not null. */
function schemaOf(rule: z.ZodType): Schema {
  const schema = documented(rule) as Schema;
  return schema.anyOf?.find(({ type }) => type !== 'null') ?? schema;
}

const repeated = (length: number, letter = 'a') => letter.repeat(Math.max(0, length));
/** A host name, or what follows the at sign, of exactly this length. */
function hostOf(length: number): string {
  const top = '.example';
  const others = Math.max(1, length - top.length);
  return Array.from({ length: others }, (_, at) => (at % 50 === 49 && at < others - 1 ? '.' : 'a')).join('') + top;
}

/** Of formats that no text of a given length has. */
const examples: Record<string, string> = {
  'time-zone': 'Europe/Vienna',
  language: 'de-AT',
  date: '2026-12-24',
  'date-time': '2026-12-24T00:00:00Z',
  base64: pictures.png.toString('base64'),
};

/** A value of the form that a string has, as long as is asked for. */
function stringOf({ format, pattern }: Schema, length: number): string {
  if (format === 'idn-hostname') return hostOf(length);
  if (format === 'email') return `${repeated(64)}@${hostOf(length - 65)}`;
  if (format === 'uri') return `https://provider.example/${repeated(length - 'https://provider.example/'.length)}`;
  return repeated(length, pattern?.includes('A-Z') ? 'A' : 'a');
}

function validOf(schema: Schema): unknown {
  if (schema.enum) return schema.enum[0];
  if ('const' in schema) return schema['const'];
  switch (schema.type) {
    case 'string':
      if (schema.format === 'uuid') return randomUUID();
      if (schema.format === 'email') return 'somebody@rules.example';
      if (schema.format === 'idn-hostname') return 'rules.example';
      if (schema.format && examples[schema.format]) return examples[schema.format];
      return stringOf(schema, schema.format === 'uri' ? 50 : Math.max(1, schema.minLength ?? 1));
    case 'integer':
    case 'number':
      return schema.minimum ?? 0;
    case 'array':
      return Array.from({ length: schema.minItems ?? 0 }, () => validOf(schema.items ?? {}));
    case 'object':
      return Object.fromEntries(
        Object.entries(schema.properties ?? {})
          .filter(([name]) => schema.required?.includes(name))
          .map(([name, member]) => [name, validOf(member)]),
      );
    default:
      return false;
  }
}

function boundsOf(schema: Schema): Bound[] {
  if (schema.enum || 'const' in schema) return [];
  if (schema.type === 'string') return boundsOfString(schema);
  if (schema.type === 'integer' || schema.type === 'number') {
    const { minimum = 0, maximum = 0 } = schema;
    return [
      { rule: `at least ${minimum}`, inside: minimum, outside: minimum - 1 },
      { rule: `at most ${maximum}`, inside: maximum, outside: maximum + 1 },
    ];
  }
  if (schema.type !== 'array') return [];
  const { minItems = 0, maxItems = 0, items = {} } = schema;
  const list = (length: number) => Array.from({ length }, () => validOf(items));
  return [
    ...(minItems > 0
      ? [{ rule: `at least ${minItems} items`, inside: list(minItems), outside: list(minItems - 1) }]
      : []),
    { rule: `at most ${maxItems} items`, inside: list(maxItems), outside: list(maxItems + 1) },
  ];
}

function boundsOfString(schema: Schema): Bound[] {
  const { format, pattern, minLength = 0, maxLength = 0 } = schema;
  const valid = validOf(schema);
  if (format === 'uuid') return [{ rule: format, inside: valid, outside: `${String(valid)}0` }];
  if (format && format in examples)
    return [
      { rule: `the form of ${format}`, inside: valid, outside: '! !' },
      { rule: `at most ${maxLength} characters`, inside: valid, outside: repeated(maxLength + 4, 'A') },
    ];
  const hasForm = pattern !== undefined || ['idn-hostname', 'email', 'uri'].includes(format ?? '');
  return [
    ...(minLength > 0
      ? [
          {
            rule: `at least ${minLength} characters`,
            inside: stringOf(schema, minLength),
            outside: stringOf(schema, minLength - 1),
          },
        ]
      : []),
    {
      rule: `at most ${maxLength} characters`,
      inside: stringOf(schema, maxLength),
      outside: stringOf(schema, maxLength + 1),
    },
    ...(hasForm ? [{ rule: `the form of ${format ?? pattern}`, inside: valid, outside: '! !' }] : []),
    ...(format === 'password'
      ? []
      : [
          { rule: 'no control characters', inside: valid, outside: `${String(valid)}\u0007` },
          { rule: 'no marks that reorder text', inside: valid, outside: `${String(valid)}\u202e${String(valid)}` },
          linesOf(schema, String(valid)),
        ]),
  ];
}

/** Line breaks: allowed where the schema says so, and nowhere else. */
const linesOf = (schema: Schema, valid: string): Bound =>
  fields.manyLinesKeyword in schema
    ? { rule: 'tabs and line breaks', inside: `${valid}\r\n\t${valid}`, outside: `${valid}\u000b${valid}` }
    : { rule: 'one line', inside: valid, outside: `${valid}\n${valid}` };

/** Only what must be there. */
const validBody = ({ fields }: Body): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(fields)
      .filter(([, { rule }]) => !rule.safeParse(undefined).success)
      .map(([name, { rule }]) => [name, validOf(schemaOf(rule))]),
  );

function casesOf(body: Body): Case[] {
  const valid = validBody(body);
  return Object.entries(body.fields).flatMap(([name, { rule, within }]) => {
    const schema = schemaOf(rule);
    const own = boundsOf(schema).map((bound) => ({
      pointer: `/${name}`,
      rule: bound.rule,
      inside: { ...valid, [name]: bound.inside },
      outside: { ...valid, [name]: bound.outside },
    }));
    const isList = schema.type === 'array';
    const wrapped = (value: object) => ({ ...valid, [name]: isList ? [value] : value });
    const inner = (within ? casesOf(within) : []).map((one) => ({
      pointer: `/${name}${isList ? '/0' : ''}${one.pointer}`,
      rule: one.rule,
      inside: wrapped(one.inside),
      outside: wrapped(one.outside),
    }));
    return [...own, ...inner];
  });
}

/** Fields of a body that are none of its method's request: the edge makes another thing of them. */
const isOfTheEdge = ({ name }: BodyRoute, { pointer }: Case) =>
  (name === 'SessionsController.signIn of gateway' && pointer === '/username') ||
  (name.startsWith('EventsController.list of ') && pointer === '/wait');

/** For every rule of every request that a body or a query carries: route, pointer, rule; and one value just inside, one just outside. */
export const ruleCases = [...bodyRoutes, ...queryRoutes].flatMap((route) =>
  casesOf(route.body)
    .filter((one) => !isOfTheEdge(route, one))
    .map((one) => [`${route.verb} ${route.path}`, one.pointer, one.rule, route, one] as const),
);
