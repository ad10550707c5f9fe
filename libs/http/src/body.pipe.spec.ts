import { BodyPipe } from './body.pipe';
import { z } from 'zod';
import { fields } from '#libs/contracts';
import { Field } from './fields';

const { text, whole } = fields;
const inner = z.object({ name: text({ max: 5 }) });

class Inner {
  @Field(inner.shape.name) name!: string;
}

class Outer {
  @Field(text()) title!: string;
  @Field(z.boolean().optional()) on?: boolean;
  @Field(whole({ min: 1, max: 9 }).nullable().optional()) count?: number | null;
  @Field(inner.optional(), { type: () => Inner }) inner?: Inner;
  @Field(z.array(inner).max(2).optional(), { type: () => Inner }) list?: Inner[];
}

const body = { type: 'body', metatype: Outer } as const;
const faultsOf = (value: unknown, pipe = new BodyPipe()) => {
  try {
    pipe.transform(value, body);
    return [];
  } catch (error) {
    return (error as { fields: { pointer: string; detail: string }[] }).fields;
  }
};

describe('bodies', () => {
  it('become instances of their class, trimmed', () => {
    expect(new BodyPipe().transform({ title: ' a ', count: null }, body)).toEqual({ title: 'a', count: null });
  });

  it.each([
    [{}, '/title', 'title is missing.'],
    [{ title: '' }, '/title', 'title must not be empty.'],
    [{ title: 7 }, '/title', 'title must be a string.'],
    [{ title: 'a\u0000b' }, '/title', 'title must not contain control characters.'],
    [{ title: 'a', on: null }, '/on', 'on must be a boolean value.'],
    [{ title: 'a', other: 1 }, '/other', 'There is no field other.'],
    [{ title: 'a', 'a/b~c': 1 }, '/a~1b~0c', 'There is no field a/b~c.'],
    [{ title: 'a', inner: { name: 'too long' } }, '/inner/name', 'name must be shorter than or equal to 5 characters.'],
    [{ title: 'a', list: [{ name: 'ok' }, {}] }, '/list/1/name', 'name is missing.'],
    [[], '', 'This must be a JSON object.'],
    ['text', '', 'This must be a JSON object.'],
  ])('%j is refused at %s', (value, pointer, detail) => {
    expect(faultsOf(value)).toEqual([{ pointer, detail }]);
  });

  it('tell every fault at once', () => {
    expect(
      faultsOf({ on: 'yes', other: 1 })
        .map(({ pointer }) => pointer)
        .sort(),
    ).toEqual(['/on', '/other', '/title']);
  });

  it('may be lists, checked item by item', () => {
    const pipe = new BodyPipe({ items: Inner, rule: z.array(inner).max(2) });
    expect(pipe.transform([{ name: 'a' }], body)).toEqual([{ name: 'a' }]);
    expect(faultsOf([{ name: 'a' }, { name: 1 }], pipe)).toEqual([
      { pointer: '/1/name', detail: 'name must be a string.' },
    ]);
    expect(faultsOf([{}, {}, {}], pipe)[0]?.detail).toBe('There may be at most 2 items.');
    expect(faultsOf({}, pipe)[0]?.detail).toBe('This must be a JSON array.');
  });
});
