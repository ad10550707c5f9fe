import { weaknessOf } from './weak-passwords';

describe('a password that nobody should have', () => {
  it.each(['aaaaaaaaaaaa', 'AaAaAaAaAaAa', '            ', '🔑🔑🔑🔑🔑🔑🔑🔑🔑🔑🔑🔑'])(
    '%s: one character',
    (password) => {
      expect(weaknessOf(password)).toMatch(/one character repeated/);
    },
  );

  it.each(['123456qwerty', '123456Qwerty', 'QWERTY123456', '1qaz2wsx3edc'])('%s: that of many', (password) => {
    expect(weaknessOf(password)).toMatch(/that many have/);
  });

  it.each(['correct horse battery', 'aaaaaaaaaaab', '123456qwertx'])('%s is none', (password) => {
    expect(weaknessOf(password)).toBeUndefined();
  });
});
