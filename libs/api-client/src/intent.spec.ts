import { Intent } from './intent';

describe('an intent', () => {
  it('keeps its key while the same is asked for again', () => {
    const intent = new Intent();
    const key = intent.keyFor({ name: 'CI' });
    expect(key).toMatch(/^[0-9a-f]{32}$/);
    expect(intent.keyFor({ name: 'CI' })).toBe(key);
  });

  it('is another one where something else is asked for, or when it was done', () => {
    const intent = new Intent();
    const first = intent.keyFor({ name: 'CI' });
    const second = intent.keyFor({ name: 'laptop' });
    expect(second).not.toBe(first);
    intent.fulfil();
    expect(intent.keyFor({ name: 'laptop' })).not.toBe(second);
  });

  it('is one also where nothing more is to be said', () => {
    const intent = new Intent();
    expect(intent.keyFor(undefined)).toMatch(/^[0-9a-f]{32}$/);
    expect(intent.keyFor(undefined)).toBe(intent.keyFor(undefined));
  });
});
