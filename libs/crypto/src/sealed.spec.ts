import { seal, unseal } from './sealed';

const key = Buffer.alloc(32, 7);

/** What Node says where the tag is not that of key, label and text: whatever else throws proves nothing. */
const notGenuine = 'unable to authenticate data';

describe('a sealed value', () => {
  it('opens with its key and its label', () => {
    expect(unseal(key, 'sandbox k1', seal(key, 'sandbox k1', Buffer.from('private'))).toString()).toBe('private');
  });

  it('does not open in another row, under another key, or changed', () => {
    const sealed = seal(key, 'sandbox k1', Buffer.from('private'));
    expect(() => unseal(key, 'production k1', sealed)).toThrow(notGenuine);
    expect(() => unseal(Buffer.alloc(32, 8), 'sandbox k1', sealed)).toThrow(notGenuine);
    sealed[13] = (sealed[13] ?? 0) ^ 1;
    expect(() => unseal(key, 'sandbox k1', sealed)).toThrow(notGenuine);
  });
});
