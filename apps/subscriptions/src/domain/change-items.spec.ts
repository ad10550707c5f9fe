import { aStep, anId } from '#libs/testing';
import type { SubmissionId } from '#libs/contracts';
import { itemId, placeItems, responseFaults } from './change-items';

const text = { type: 'string' };
const schema = {
  type: 'object',
  properties: {
    'a/b': text,
    address: { type: 'object', properties: { street: text } },
    contacts: { type: 'array', items: { type: 'object', properties: { email: text } } },
  },
};
const form = { version: 2, steps: [aStep, { id: 'place', title: 'Place', schema }] };
const answers = { company: { name: 'Contoso' }, place: { contacts: [{ email: 'a@b' }], extra: true } };
const note = 'As it is registered.';

describe('where a note is pinned', () => {
  it.each([
    [{ stepId: 'company', field: 'name' }, '/answers/company/name'],
    [{ stepId: 'place', field: 'address.street' }, '/answers/place/address/street'],
    [{ stepId: 'place', field: 'a/b' }, '/answers/place/a~1b'],
    [{ stepId: 'place', field: 'contacts.email' }, '/answers/place/contacts'],
    [{ stepId: 'place', field: 'extra' }, '/answers/place/extra'],
  ])('by the names of step and field: %j is at %s', (named, pointer) => {
    expect(placeItems([{ ...named, note }], { form, answers })).toEqual({
      items: [{ ...named, pointer, note }],
      faults: [],
    });
  });

  it.each([
    ['/answers/company/name', { stepId: 'company', field: 'name' }],
    ['/answers/place/a~1b', { stepId: 'place', field: 'a/b' }],
    ['/answers/place/address/street', { stepId: 'place', field: 'address.street' }],
    ['/answers/place/contacts/0/email', { stepId: 'place', field: 'contacts.email' }],
    ['/answers/place/contacts/3', { stepId: 'place', field: 'contacts' }],
    ['/answers/place/extra', { stepId: 'place', field: 'extra' }],
  ])('by a pointer: %s is %j', (pointer, named) => {
    expect(placeItems([{ pointer, note }], { form, answers })).toEqual({
      items: [{ ...named, pointer, note }],
      faults: [],
    });
  });

  it.each([
    [{ pointer: '/answers/company/website' }, ['/items/0/pointer']],
    [{ pointer: '/answers/elsewhere/name' }, ['/items/0/pointer']],
    [{ pointer: '/answers/company' }, ['/items/0/pointer']],
    [{ pointer: '/company/name' }, ['/items/0/pointer']],
    [{ pointer: 'answers/company/name' }, ['/items/0/pointer']],
    [{ pointer: '/answers/place/a~2b' }, ['/items/0/pointer']],
    [{ pointer: '/answers/company/name', stepId: 'company', field: 'name' }, ['/items/0/pointer']],
    [{ pointer: '/answers/company/name', field: 'name' }, ['/items/0/pointer']],
    [{}, ['/items/0/stepId', '/items/0/field']],
    [{ stepId: 'company' }, ['/items/0/field']],
    [{ field: 'name' }, ['/items/0/stepId']],
    [{ stepId: 'elsewhere', field: 'name' }, ['/items/0/stepId']],
    [{ stepId: 'company', field: 'website' }, ['/items/0/field']],
  ])('is refused where there is no such place: %j', (given, pointers) => {
    const { items, faults } = placeItems([{ ...given, note }], { form, answers });
    expect(items).toEqual([]);
    expect(faults.map(({ pointer }) => pointer)).toEqual(pointers);
  });

  it('is refused where nothing was answered', () => {
    for (const given of [{ pointer: '/answers/company/name' }, { stepId: 'company', field: 'name' }])
      expect(placeItems([{ ...given, note }], { form: null, answers: {} }).faults).toHaveLength(1);
  });
});

describe('responses to notes', () => {
  const submissionId = anId<SubmissionId>();
  const open = ['name', 'street'].map((field, index) => ({
    id: itemId(submissionId, index),
    item: { stepId: 'company', field, note },
  }));
  const [first, second] = open.map(({ id }) => ({ item: id, addressed: true, comment: 'Done.' }));
  if (!first || !second) throw new Error('there are two');

  it('are right where there is one to each, in any order', () => {
    expect(responseFaults(open, [second, { ...first, addressed: false }])).toEqual([]);
    expect(responseFaults([], [])).toEqual([]);
  });

  it('are missed one by one, each by its place and id', () => {
    expect(responseFaults(open, [second])).toEqual([
      { pointer: '/responses', detail: expect.stringContaining(first.item) },
    ]);
    const faults = responseFaults(open, []);
    expect(faults.map(({ detail }) => detail)).toEqual([
      expect.stringContaining('/answers/company/name'),
      expect.stringContaining('/answers/company/street'),
    ]);
  });

  it('are none of a note that is not open, or of one that has a response', () => {
    const stale = { ...first, item: itemId(anId(), 0) };
    expect(responseFaults(open, [stale, first, second, second]).map(({ pointer }) => pointer)).toEqual([
      '/responses/0/item',
      '/responses/3/item',
    ]);
    expect(responseFaults([], [first])).toMatchObject([{ pointer: '/responses/0/item' }]);
  });
});
