import { textsOf } from './texts';

const t = textsOf({
  'keys.count': '{count, plural, one {# key} other {# keys}}',
  'keys.of': 'Key <b>{name}</b> is ready',
});

describe('texts', () => {
  it('have their plurals', () => {
    expect([0, 1, 2].map((count) => t('keys.count', { count }))).toEqual(['0 keys', '1 key', '2 keys']);
  });

  it('may mark a part', () => {
    expect(t.rich('keys.of', { name: 'CI', b: (part) => `*${String(part)}*` })).toBe('Key *CI* is ready');
  });

  it('of a key that nobody has written are none', () => {
    expect(t.optional('keys.none')).toBeUndefined();
  });
});
