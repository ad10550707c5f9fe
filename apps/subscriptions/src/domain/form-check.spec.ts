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

  it('cannot hold up the service, even with a pattern that slipped through', () => {
    const slow = compileForm([
      { id: 'a', title: 'A', schema: { properties: { text: { type: 'string', pattern: '^(a+)+$' } } } },
    ]);
    expect(slow({ a: { text: `${'a'.repeat(40)}!` } })).toEqual([
      { pointer: '/answers', detail: 'These answers could not be checked against the form.' },
    ]);
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
