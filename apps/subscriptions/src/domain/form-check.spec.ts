import type { subscriptions } from '#libs/contracts';
import { compileForm } from './form-check';

const contact = {
  id: 'contact',
  title: 'Contact',
  schema: {
    type: 'object',
    required: ['email', 'address'],
    additionalProperties: false,
    properties: {
      email: { type: 'string', format: 'email' },
      address: { type: 'object', required: ['city/town'], properties: { 'city/town': { type: 'string' } } },
      size: { enum: ['small', 'large'] },
    },
  },
};
const useCase = {
  id: 'use_case',
  title: 'Use case',
  schema: { type: 'object', properties: { text: { type: 'string', minLength: 3 } } },
};

const check = compileForm([contact, useCase]);
const good = { contact: { email: 'a@b.example', address: { 'city/town': 'Kiel' } }, use_case: { text: 'Orders' } };
const pointersOf = (answers: subscriptions.FormAnswers) => check(answers).map(({ pointer }) => pointer);

describe('answers to a form', () => {
  it('B37: complete and valid ones have no faults', () => {
    expect(check(good)).toEqual([]);
  });

  it('B37: a missing field is pointed at, as deep as it lies', () => {
    expect(check({ ...good, contact: { address: {} } })).toEqual([
      { pointer: '/answers/contact/email', detail: 'This field is required.' },
      { pointer: '/answers/contact/address/city~1town', detail: 'This field is required.' },
    ]);
  });

  it('B37: all faults are told, not only the first', () => {
    expect(
      check({ contact: { ...good.contact, email: 'nobody', size: 'huge', extra: 1 }, use_case: { text: 'ab' } }),
    ).toEqual([
      { pointer: '/answers/contact/extra', detail: 'The form has no such field.' },
      { pointer: '/answers/contact/email', detail: 'Must match format "email".' },
      { pointer: '/answers/contact/size', detail: 'Must be one of "small", "large".' },
      { pointer: '/answers/use_case/text', detail: 'Must NOT have fewer than 3 characters.' },
    ]);
  });

  it('B37: missing steps and unknown steps are faults', () => {
    expect(pointersOf({})).toEqual(['/answers/contact', '/answers/use_case']);
    expect(pointersOf({ ...good, constructor: {} })).toEqual(['/answers/constructor']);
  });

  it('are bounded, and so are their faults', () => {
    expect(pointersOf({ ...good, use_case: { text: 'a'.repeat(70_000) } })).toEqual(['/answers']);
    const many = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`field${index}`, index]));
    expect(check({ ...good, contact: { ...good.contact, ...many } })).toHaveLength(100);
  });

  describe('made to be slow to check', () => {
    const list = (rule: object) =>
      compileForm([{ id: 'a', title: 'A', schema: { properties: { list: { type: 'array', ...rule } } } }]);
    const text = (rule: object) =>
      compileForm([{ id: 'a', title: 'A', schema: { properties: { text: { type: 'string', ...rule } } } }]);

    it.each(['^(a+)+$', '^a*a*a*a*a*a*b$'])('are not, against the pattern %s', (pattern) => {
      expect(text({ pattern })({ a: { text: `${'a'.repeat(60_000)}!` } })).toEqual([
        { pointer: '/answers/a/text', detail: `Must match pattern "${pattern}".` },
      ]);
    });

    it('are not, as names of members', () => {
      const named = compileForm([
        {
          id: 'a',
          title: 'A',
          schema: { patternProperties: { '^a*a*a*a*a*a*b$': true }, additionalProperties: false },
        },
      ]);
      expect(named({ a: { [`${'a'.repeat(500)}!`]: 1 } })).toEqual([
        { pointer: `/answers/a/${'a'.repeat(500)}!`, detail: 'The form has no such field.' },
      ]);
    });

    it('are not, with thousands of items that are alike to the last', () => {
      const items = [[0], ...Array.from({ length: 8_999 }, (_, index) => [index])];
      expect(list({ uniqueItems: true })({ a: { list: items } })).toEqual([
        { pointer: '/answers/a/list', detail: 'Must NOT have duplicate items (items ## 0 and 1 are identical).' },
      ]);
      expect(list({ uniqueItems: true, maxItems: 10 })({ a: { list: items } })).toEqual([
        { pointer: '/answers/a/list', detail: 'Must NOT have more than 10 items.' },
      ]);
    });

    it('are not, as an address without an end', () => {
      const check = text({ format: 'url' });
      expect(check({ a: { text: `http://${':'.repeat(60_000)}@` } })).toEqual([
        { pointer: '/answers/a/text', detail: 'Must match format "url".' },
      ]);
      expect(check({ a: { text: 'https://example.com/a?b=c' } })).toEqual([]);
    });

    it('are told of in few words, whatever is in them', () => {
      const values = Array.from({ length: 3_000 }, (_, index) => `value ${index}`);
      const name = 'n'.repeat(20_000);
      const named = compileForm([
        { id: 'a', title: 'A', schema: { additionalProperties: { items: { enum: values } } } },
      ]);
      const faults = named({ a: { [name]: Array<number>(200).fill(1) } });
      expect(faults).toHaveLength(100);
      expect(JSON.stringify(faults).length).toBeLessThan(150_000);
      expect(faults[0]?.pointer).toBe('/answers');
    });
  });

  it.each([
    [[1, 2, 1], false],
    [
      [
        { a: 1, b: [2] },
        { b: [2], a: 1 },
      ],
      false,
    ],
    [
      [
        { a: 1, b: 2 },
        { a: 1, b: 3 },
      ],
      true,
    ],
    [[1, '1', true, null, [], {}], true],
    [
      [
        [1, 2],
        [2, 1],
      ],
      true,
    ],
    [[null, null], false],
  ])('have no duplicates where none may be: %j', (items, valid) => {
    const unique = { id: 'a', title: 'A', schema: { properties: { list: { uniqueItems: true, maxItems: 10 } } } };
    expect(compileForm([unique])({ a: { list: items } })).toEqual(
      valid ? [] : [{ pointer: '/answers/a/list', detail: expect.stringMatching(/^Must NOT have duplicate items/) }],
    );
  });

  it('meet each pattern of a form, and no other', () => {
    const patterns = { a: { type: 'string', pattern: '^a$' }, b: { type: 'string', pattern: '^b$' } };
    const two = compileForm([{ id: 'a', title: 'A', schema: { properties: patterns } }]);
    expect(two({ a: { a: 'a', b: 'b' } })).toEqual([]);
    expect(two({ a: { a: 'b', b: 'a' } })).toHaveLength(2);
  });

  it('are checked against draft-07 where the schema says so', () => {
    const tuple = compileForm([
      {
        id: 'a',
        title: 'A',
        schema: {
          $schema: 'http://json-schema.org/draft-07/schema#',
          properties: { pair: { type: 'array', items: [{ type: 'string' }, { type: 'number' }] } },
        },
      },
    ]);
    expect(tuple({ a: { pair: ['x', 'y'] } })).toEqual([{ pointer: '/answers/a/pair/1', detail: 'Must be number.' }]);
  });
});
