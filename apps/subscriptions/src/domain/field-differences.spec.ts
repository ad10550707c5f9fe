import type { subscriptions } from '#libs/contracts';
import { differenceOf } from './field-differences';

const text = { type: 'string' };
const formOf = (version: number, properties: object, more: subscriptions.FormStep[] = []): subscriptions.Form => ({
  version,
  steps: [{ id: 'company', title: 'Your company', schema: { type: 'object', properties } }, ...more],
});
const first = formOf(1, { name: text, website: text, address: { type: 'object', properties: { street: text } } });

const between = (before: object, after: object, forms: (subscriptions.Form | null)[] = [first, first]) =>
  differenceOf(
    { form: forms[0] ?? null, answers: { company: { ...before } } },
    { form: forms[1] ?? null, answers: { company: { ...after } } },
  ).fields;

describe('what differs between two submissions', () => {
  it('is nothing where the same was answered, in whatever order', () => {
    const one = { name: 'Contoso', parts: [{ a: 1, b: [2] }], none: null };
    expect(between(one, { none: null, parts: [{ b: [2], a: 1 }], name: 'Contoso' })).toEqual([]);
  });

  it('is told field by field, those within others too', () => {
    const before = { name: 'Contoso', website: 'https://a.example', address: { street: 'High', city: 'Graz' } };
    const after = { name: 'Contoso Ltd', address: { street: 'Low', city: 'Graz', zip: '8010' } };
    expect(between(before, after)).toEqual([
      { pointer: '/answers/company/name', change: 'changed', form: null, before: 'Contoso', after: 'Contoso Ltd' },
      { pointer: '/answers/company/address/street', change: 'changed', form: null, before: 'High', after: 'Low' },
      { pointer: '/answers/company/address/zip', change: 'added', form: null, after: '8010' },
      { pointer: '/answers/company/website', change: 'removed', form: null, before: 'https://a.example' },
    ]);
  });

  it.each([
    [0, false],
    ['', null],
    [1, '1'],
    [{ a: 1 }, [1]],
    [{ a: 1 }, 'a'],
    [
      [1, 2],
      [2, 1],
    ],
    [[{ a: 1 }], [{ a: 2 }]],
    [{}, 'x'],
  ])('a value of another kind or order is another: %j, %j', (before, after) => {
    for (const [one, other] of [[before, after] as const, [after, before] as const])
      expect(between({ x: one }, { x: other })).toEqual([
        { pointer: '/answers/company/x', change: 'changed', form: null, before: one, after: other },
      ]);
  });

  it('of what was not there, its fields; of what is empty, itself', () => {
    expect(between({}, { address: { street: 'High' } })).toMatchObject([
      { pointer: '/answers/company/address/street', change: 'added', after: 'High' },
    ]);
    expect(between({ address: {} }, {})).toEqual([
      { pointer: '/answers/company/address', change: 'removed', form: null, before: {} },
    ]);
  });

  it('names that are written in pointers otherwise, and such as every object has', () => {
    expect(between({ 'a/b~c': 1 }, { toString: 2 }).map(({ pointer, change }) => [pointer, change])).toEqual([
      ['/answers/company/toString', 'added'],
      ['/answers/company/a~1b~0c', 'removed'],
    ]);
  });

  it('goes only so deep, and so far', () => {
    let deep: unknown = 1;
    let other: unknown = 2;
    for (let level = 0; level < 200; level += 1) [deep, other] = [{ abc: deep }, { abc: other }];
    const [field, ...more] = between({ deep }, { deep: other });
    expect(more).toEqual([]);
    expect(field?.change).toBe('changed');
    expect(field?.pointer.length).toBeLessThan(310);
    const many = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`f${index}`, index]));
    const difference = differenceOf({ form: first, answers: {} }, { form: first, answers: { company: many } });
    expect(difference.fields).toHaveLength(200);
    expect(difference.complete).toBe(false);
    expect(differenceOf({ form: first, answers: {} }, { form: first, answers: {} })).toEqual({
      fields: [],
      complete: true,
    });
  });
});

describe('where the form is another', () => {
  const second = formOf(2, { name: text, vat: text, address: { type: 'object', properties: { zip: text } } });

  it('a field says whether the form has had it only since, or has it no longer', () => {
    const fields = between(
      { name: 'Contoso', website: 'https://a.example', address: { street: 'High' }, own: 1 },
      { name: 'Fabrikam', vat: 'ATU1', address: { zip: '8010' }, own: 2 },
      [first, second],
    );
    expect(fields.map(({ pointer, change, form }) => [pointer.replace('/answers/company/', ''), change, form])).toEqual(
      [
        ['name', 'changed', null],
        ['vat', 'added', 'added'],
        ['address/zip', 'added', 'added'],
        ['address/street', 'removed', 'removed'],
        ['own', 'changed', null],
        ['website', 'removed', 'removed'],
      ],
    );
  });

  it('even where nothing was answered, or all the same', () => {
    const answers = { name: 'Contoso', website: 'kept all the same' };
    expect(between(answers, answers, [first, second])).toEqual([
      { pointer: '/answers/company/vat', change: null, form: 'added' },
      { pointer: '/answers/company/address/zip', change: null, form: 'added' },
      { pointer: '/answers/company/website', change: null, form: 'removed' },
      { pointer: '/answers/company/address/street', change: null, form: 'removed' },
    ]);
  });

  it('a whole step, too, and a form where there was none', () => {
    const usage = { id: 'usage', title: 'Usage', schema: { properties: { calls: { type: 'integer' } } } };
    const [company] = first.steps;
    const more = { version: 2, steps: [...(company ? [company] : []), usage] };
    const fields = differenceOf(
      { form: first, answers: { company: {} } },
      { form: more, answers: { company: {}, usage: { calls: 1 } } },
    );
    expect(fields.fields).toEqual([{ pointer: '/answers/usage/calls', change: 'added', form: 'added', after: 1 }]);
    expect(between({}, { name: 'x' }, [null, first])).toMatchObject([
      { pointer: '/answers/company/name', change: 'added', form: 'added' },
      { change: null, form: 'added' },
      { change: null, form: 'added' },
    ]);
  });

  it('of the same version is looked at no closer', () => {
    expect(between({}, {}, [first, { ...second, version: 1 }])).toEqual([]);
  });
});
