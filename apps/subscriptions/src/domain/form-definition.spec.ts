import { formFaults } from './form-definition';

const step = (schema: Record<string, unknown>, id = 'a') => ({ id, title: 'A', schema });
const text = (rule: Record<string, unknown>) => ({ type: 'object', properties: { text: { type: 'string', ...rule } } });

const faultsOf = (steps: Parameters<typeof formFaults>[0]) =>
  formFaults(steps, '/steps').map(({ pointer, detail }) => `${pointer}: ${detail}`);

const list = (rule: Record<string, unknown>) => ({ type: 'object', properties: { list: { type: 'array', ...rule } } });

const nested = (levels: number): Record<string, unknown> => (levels === 0 ? {} : { not: nested(levels - 1) });

describe('a submission form', () => {
  it('B37: has several steps, each with a schema', () => {
    expect(faultsOf([step(text({ format: 'uri', pattern: '^https:' }), 'first'), step({}, 'second')])).toEqual([]);
  });

  it('refers to its own definitions', () => {
    const address = {
      $defs: { address: { type: 'object' } },
      properties: { home: { $ref: '#/$defs/address' }, $ref: {} },
    };
    expect(faultsOf([step(address)])).toEqual([]);
  });

  it('has between 1 and 20 steps with ids of their own', () => {
    const steps = Array.from({ length: 21 }, (_, index) => step({}, `step${index}`));
    expect(faultsOf(steps.slice(0, 20))).toEqual([]);
    expect(faultsOf(steps)).toEqual(['/steps: A form has between one and 20 steps.']);
    expect(faultsOf([])).toEqual(['/steps: A form has between one and 20 steps.']);
    expect(faultsOf([step({}), step({})])).toEqual(['/steps/1/id: Another step has this id.']);
    expect(faultsOf([step({}, '__proto__')])).toEqual([expect.stringContaining('/steps/0/id: Use up to 63')]);
    expect(faultsOf([{ ...step({}), title: ' ' }])).toEqual([expect.stringContaining('/steps/0/title: A title')]);
  });

  it.each([
    ['an unknown type', { type: 'object', properties: { a: { type: 'text' } } }],
    ['an unknown keyword', text({ minLenght: 3 })],
    ['an unknown format', text({ format: 'no-such-format' })],
    ['a definition that is missing', { properties: { a: { $ref: '#/$defs/none' } } }],
  ])('is refused with %s', (_, schema) => {
    expect(faultsOf([step(schema)])).toEqual([expect.stringContaining('/steps/0/schema: This is not a JSON Schema')]);
  });

  it.each([
    ['a schema for something else than an object', { type: 'string' }, 'The answers of a step are an object'],
    [
      'a remote reference',
      { properties: { a: { $ref: 'https://evil.example/schema.json' } } },
      'A $ref names a definition',
    ],
    ['a reference to itself', { properties: { default: { $ref: '#' } } }, 'A $ref names a definition'],
    [
      'definitions that refer to each other',
      { $defs: { a: { $ref: '#/$defs/b' }, b: {} }, properties: { a: { $ref: '#/$defs/a' } } },
      'A definition does not refer',
    ],
    ['an id', { $id: 'https://example.com/a' }, '$id is not supported'],
    ['an asynchronous schema', { $async: true }, '$async is not supported'],
    ['a dangerous pattern', text({ pattern: '^(a+)+\\1$' }), 'A pattern is one that RE2 can match'],
    [
      'a dangerous pattern for names',
      { patternProperties: { '^(?=(a+)+$)': {} } },
      'A pattern is one that RE2 can match',
    ],
    ['a long pattern', text({ pattern: 'a'.repeat(201) }), 'A pattern has at most 200'],
    ['uniqueItems without an end', list({ uniqueItems: true }), 'uniqueItems comes with a maxItems'],
    ['uniqueItems of many', list({ uniqueItems: true, maxItems: 1_001 }), 'uniqueItems comes with a maxItems'],
    [
      'uniqueItems without an end in a definition',
      { $defs: { list: { uniqueItems: true } } },
      'uniqueItems comes with a maxItems',
    ],
    ['too many levels', nested(21), 'A schema is at most 20 levels deep'],
    ['too much text', { description: 'a'.repeat(40_000) }, 'A schema has at most'],
  ])('is refused with %s', (_, schema, detail) => {
    expect(faultsOf([step(schema)])).toEqual([expect.stringContaining(`/steps/0/schema: ${detail}`)]);
  });

  it('compares the items of a list that is bounded', () => {
    expect(faultsOf([step(list({ uniqueItems: true, maxItems: 1_000 }))])).toEqual([]);
    expect(faultsOf([step(list({ uniqueItems: false }))])).toEqual([]);
  });

  it('may have a field called like a keyword', () => {
    expect(
      faultsOf([
        step({ properties: { pattern: { type: 'string' }, $id: { type: 'string' }, enum: {}, uniqueItems: true } }),
      ]),
    ).toEqual([]);
  });
});
