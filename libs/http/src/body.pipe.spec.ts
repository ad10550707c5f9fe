import { BodyPipe } from './body.pipe';
import { Flag, ListOf, Nested, Text, Whole } from './fields';

class Inner {
  @Text({ max: 5 }) name!: string;
}

class Outer {
  @Text() title!: string;
  @Flag({ optional: true }) on?: boolean;
  @Whole({ min: 1, max: 9, optional: true, nullable: true }) count?: number | null;
  @Nested(() => Inner, { optional: true }) inner?: Inner;
  @ListOf(() => Inner, { max: 2, optional: true }) list?: Inner[];
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
    const pipe = new BodyPipe({ items: Inner, max: 2 });
    expect(pipe.transform([{ name: 'a' }], body)).toEqual([{ name: 'a' }]);
    expect(faultsOf([{ name: 'a' }, { name: 1 }], pipe)).toEqual([
      { pointer: '/1/name', detail: 'name must be a string.' },
    ]);
    expect(faultsOf([{}, {}, {}], pipe)[0]?.detail).toBe('There may be at most 2 items.');
    expect(faultsOf({}, pipe)[0]?.detail).toBe('This must be a JSON array.');
  });
});
