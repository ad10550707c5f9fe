import { fieldsOf, hasField, isNamed, namesAlong, pathOfField } from './form-fields';

const text = { type: 'string' };
const schema = {
  type: 'object',
  properties: {
    name: text,
    address: { type: 'object', properties: { street: text } },
    contacts: { type: 'array', items: { $ref: '#/$defs/contact' } },
    billing: { $ref: '#/definitions/billing' },
  },
  allOf: [{ properties: { vat: text } }],
  if: { properties: { kind: { const: 'company' } } },
  then: { properties: { register: text } },
  dependentSchemas: { vat: { properties: { country: text } } },
  $defs: { contact: { properties: { email: text } } },
  definitions: { billing: { properties: { iban: text } } },
};

describe('a field of a step', () => {
  it.each([
    'name',
    'address',
    'address.street',
    'contacts.email',
    'billing.iban',
    'vat',
    'kind',
    'register',
    'country',
  ])('is there: %s', (field) => {
    expect(hasField(schema, undefined, field)).toBe(true);
  });

  it.each(['nmae', 'address.city', 'name.first', 'contact', 'email', 'iban', 'properties', 'toString', '', 'address.'])(
    'is not: %j',
    (field) => {
      expect(hasField(schema, {}, field)).toBe(false);
    },
  );

  it('B41: may have dots in its name, in the schema as in the answers, and further fields within', () => {
    const dotted = { properties: { 'x.y': { properties: { 'z.': text } }, x: { properties: { q: text } } } };
    const answers = { 'x.y': [{ 'z.': 1 }], x: { q: 1 } };
    for (const field of ['x.y', 'x.y.z.', 'x', 'x.q']) {
      expect(hasField(dotted, undefined, field)).toBe(true);
      expect(hasField({}, answers, field)).toBe(true);
    }
    for (const field of ['x.', 'x.y.', 'x.y.z', 'x.y.q', 'x.q.y', 'y', '.y']) {
      expect(hasField(dotted, {}, field)).toBe(false);
      expect(hasField({}, answers, field)).toBe(false);
    }
  });

  it('is there where it was answered, though the schema leaves it open', () => {
    const answers = { note: 'x', parts: [{ size: 1 }, { colour: 'red' }] };
    for (const field of ['note', 'parts', 'parts.colour']) expect(hasField({}, answers, field)).toBe(true);
    for (const field of ['notes', 'parts.weight', 'note.x']) expect(hasField({}, answers, field)).toBe(false);
  });
});

describe('the way to a field', () => {
  it.each([
    ['name', ['name']],
    ['address.street', ['address', 'street']],
    ['contacts.email', ['contacts']],
    ['billing.iban', ['billing', 'iban']],
    ['country', ['country']],
    ['address.city', undefined],
  ])('%s is %j: as far as the first list', (field, path) => {
    expect(pathOfField(schema, undefined, field)).toEqual(path);
  });

  it('is that of the answers, where the schema leaves it open', () => {
    expect(pathOfField({}, { parts: [{ colour: 'red' }], a: { 'b.c': 1 } }, 'parts.colour')).toEqual(['parts']);
    expect(pathOfField({}, { a: { 'b.c': 1 } }, 'a.b.c')).toEqual(['a', 'b.c']);
  });
});

describe('a pointer into a step', () => {
  it.each([
    [['name'], ['name']],
    [
      ['address', 'street'],
      ['address', 'street'],
    ],
    [
      ['contacts', '0', 'email'],
      ['contacts', 'email'],
    ],
    [['contacts', '7'], ['contacts']],
    [
      ['billing', 'iban'],
      ['billing', 'iban'],
    ],
    [['country'], ['country']],
    [[], []],
  ])('%j leads to %j', (segments, names) => {
    expect(namesAlong(schema, undefined, segments)).toEqual(names);
    expect(isNamed(schema, segments)).toBe(true);
  });

  it.each([[['nmae']], [['address', 'city']], [['contacts', 'email']], [['contacts', '01']], [['toString']], [['']]])(
    '%j leads to nothing',
    (segments) => {
      expect(namesAlong(schema, {}, segments)).toBeUndefined();
    },
  );

  it('leads to what was filled in, and no further', () => {
    const answers = { parts: [{ size: 1 }], 'a/b': { 0: 'x' } };
    expect(namesAlong({}, answers, ['parts', '0', 'size'])).toEqual(['parts', 'size']);
    expect(namesAlong({}, answers, ['a/b', '0'])).toEqual(['a/b', '0']);
    for (const segments of [['parts', '1'], ['parts', '0', 'colour'], ['parts', 'length'], ['toString']])
      expect(namesAlong({}, answers, segments)).toBeUndefined();
    expect(isNamed({}, ['parts'])).toBe(false);
  });

  it('passes through the items that a list names one by one', () => {
    const pair = { properties: { pair: { prefixItems: [{ properties: { left: text } }, text] } } };
    expect(namesAlong(pair, undefined, ['pair', '0', 'left'])).toEqual(['pair', 'left']);
    expect(namesAlong(pair, undefined, ['pair', '1', 'left'])).toBeUndefined();
  });
});

describe('the fields of a step', () => {
  it('are all that the schema names, those within others too, and a list as one', () => {
    expect(fieldsOf(schema, 100).map((path) => path.join('.'))).toEqual([
      'name',
      'address.street',
      'contacts',
      'billing.iban',
      'vat',
      'country',
      'kind',
      'register',
    ]);
  });

  it('are no more than there is room for', () => {
    expect(fieldsOf(schema, 3)).toHaveLength(3);
  });

  it('are none where it names none', () => {
    expect(fieldsOf({ type: 'object', additionalProperties: true }, 100)).toEqual([]);
  });
});
