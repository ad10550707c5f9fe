import { hasField } from './form-fields';

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
