import { SlipwayError } from '#libs/errors';
import { requireStorable } from './storable';

const faultsOf = (request: unknown) => {
  try {
    requireStorable(request);
    return [];
  } catch (error) {
    return error instanceof SlipwayError ? error.fields.map(({ pointer }) => pointer) : error;
  }
};

const nested = (levels: number): object => (levels === 0 ? {} : { a: nested(levels - 1) });

describe('what can be stored', () => {
  it('is any text of whole characters', () => {
    expect(faultsOf({ notes: 'Grüße 👋', items: [{ note: '' }], n: 1, none: null })).toEqual([]);
  });

  it('is neither NUL nor half a surrogate pair, in values or names', () => {
    expect(faultsOf({ notes: 'a\0b', items: [{ note: '\ud800' }], answers: { 'a/b': { '\0': 1 } } })).toEqual([
      '/notes',
      '/items/0/note',
      '/answers/a~1b',
    ]);
  });

  it('is not nested without end', () => {
    expect(faultsOf({ answers: nested(20) })).toEqual([]);
    expect(faultsOf({ answers: nested(5_000) })).toEqual(['/answers/a/a/a']);
  });
});
