import { z } from 'zod';
import {
  allBroadcasts,
  allEvents,
  allRpcMethods,
  consumers,
  eventSubject,
  eventType,
  fields,
  rpcSubject,
  scopes,
} from '#libs/contracts';

describe('contracts', () => {
  it('every RPC method has a subject of its own', () => {
    const subjects = allRpcMethods.flatMap((method) => method.scopes.map((scope) => rpcSubject(method, scope)));
    expect(new Set(subjects).size).toBe(subjects.length);
  });

  it('nobody consumes an event in a scope in which it is never published', () => {
    const published = new Set(
      allEvents.flatMap((definition) => definition.scopes.map((scope) => eventSubject(definition, scope))),
    );
    const consumed = consumers.flatMap(({ events, from }) =>
      events.map((definition) => eventSubject(definition, from)),
    );
    expect(consumed.filter((subject) => !published.has(subject))).toEqual([]);
  });

  it('every event has a consumer', () => {
    const consumed = new Set(consumers.flatMap(({ events }) => events.map(eventType)));
    expect(allEvents.map(eventType).filter((type) => !consumed.has(type))).toEqual([]);
  });

  it.each(allRpcMethods.map((method) => [rpcSubject(method, method.scopes[0] ?? 'shared'), method] as const))(
    '%s is called by somebody, in scopes that exist',
    (_subject, { calledBy, scopes: own }) => {
      expect(calledBy.length).toBeGreaterThan(0);
      expect(own.every((scope) => scopes.includes(scope))).toBe(true);
    },
  );
});

describe('what crosses a boundary', () => {
  type Schema = {
    [keyword: string]: unknown;
    properties?: Record<string, Schema>;
    items?: Schema;
    anyOf?: Schema[];
    oneOf?: Schema[];
    allOf?: Schema[];
    additionalProperties?: Schema | boolean;
  };

  /** Formats of one length, or of few. */
  const boundedFormats = ['uuid', 'date-time'];

  /** JSON of a shape that no contract knows: bounded by its characters as a whole, so nothing in it needs a bound. */
  const isFreeJson = (schema: Schema) => fields.charactersMaxKeyword in schema;

  function unboundedIn(schema: Schema, path: string): string[] {
    if (schema['const'] !== undefined || schema['enum'] || isFreeJson(schema)) return [];
    const choices = schema.anyOf ?? schema.oneOf ?? schema.allOf;
    if (choices) return choices.flatMap((choice) => unboundedIn(choice, path));
    const without = (...keywords: string[]) => (keywords.every((keyword) => keyword in schema) ? [] : [path]);
    switch (schema['type']) {
      case 'string':
        return boundedFormats.includes(String(schema['format'])) ? [] : without('maxLength');
      case 'integer':
      case 'number':
        return without('minimum', 'maximum');
      case 'array':
        return [...without('maxItems'), ...unboundedIn(schema.items ?? {}, `${path}[]`)];
      case 'object':
        return Object.entries(schema.properties ?? { '*': {} }).flatMap(([name, member]) =>
          unboundedIn(member, `${path}.${name}`),
        );
      case 'boolean':
      case 'null':
        return [];
      default:
        return [path];
    }
  }

  const messages: [string, z.ZodType, 'input' | 'output'][] = [
    ...allRpcMethods.flatMap((method): [string, z.ZodType, 'input' | 'output'][] => {
      const name = rpcSubject(method, method.scopes[0] ?? 'shared');
      return [
        [`the request of ${name}`, method.request, 'input'],
        [`the reply of ${name}`, method.reply, 'output'],
      ];
    }),
    ...allEvents.map((event): [string, z.ZodType, 'output'] => [eventType(event), event.data, 'output']),
    ...allBroadcasts.map((one): [string, z.ZodType, 'output'] => [
      `broadcast ${one.app}.${one.name}`,
      one.data,
      'output',
    ]),
  ];

  it.each(messages)('%s bounds every string, number and list', (_name, schema, io) => {
    expect(unboundedIn(z.toJSONSchema(schema, { io }) as Schema, '')).toEqual([]);
  });

  it.each([
    ['a string', z.object({ a: z.string() }), '.a'],
    ['a number', z.object({ a: z.number().max(1) }), '.a'],
    ['a list', z.object({ a: z.array(z.uuid()) }), '.a'],
    ['the items of a list', z.object({ a: z.array(z.string()).max(1) }), '.a[]'],
    ['an object of any shape', z.object({ a: z.record(z.string(), z.unknown()) }), '.a.*'],
    ['anything', z.object({ a: z.unknown() }), '.a'],
    ['one choice of two', z.object({ a: z.uuid().or(z.string()) }), '.a'],
  ])('%s without a bound is found', (_what, schema, path) => {
    expect(unboundedIn(z.toJSONSchema(schema) as Schema, '')).toEqual([path]);
  });

  it('no list that a person is shown is longer than a page', () => {
    const pageMax = Number(fields.pageRequest.limit.unwrap().maxValue);
    const longIn = (schema: Schema): boolean =>
      Number(schema['maxItems'] ?? 0) > pageMax ||
      [...Object.values(schema.properties ?? {}), schema.items ?? {}, ...(schema.anyOf ?? schema.oneOf ?? [])].some(
        (inner) => Object.keys(inner).length > 0 && longIn(inner),
      );
    const shown = allRpcMethods.filter(({ allow }) => allow !== 'service');
    const long = shown.filter(({ reply }) => longIn(z.toJSONSchema(reply, { io: 'output' }) as Schema));
    expect(pageMax).toBe(200);
    expect(long.map((method) => rpcSubject(method, method.scopes[0] ?? 'shared'))).toEqual([]);
  });

  it('only form schemas, answers, and what an event of any type says are of any shape', () => {
    const freeIn = (schema: Schema, path: string): string[] => [
      ...(isFreeJson(schema) ? [path.split('.').at(-1) ?? path] : []),
      ...Object.entries(schema.properties ?? {}).flatMap(([name, member]) => freeIn(member, `${path}.${name}`)),
      ...(schema.items ? freeIn(schema.items, path) : []),
      ...(schema.anyOf ?? schema.oneOf ?? []).flatMap((choice) => freeIn(choice, path)),
    ];
    const free = messages.flatMap(([, schema, io]) => freeIn(z.toJSONSchema(schema, { io }) as Schema, ''));
    expect([...new Set(free)].sort()).toEqual(['after', 'answers', 'before', 'data', 'schema']);
  });
});
