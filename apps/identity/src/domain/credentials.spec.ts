import { crc32 } from 'node:zlib';
import {
  hashSecret,
  maskedSecret,
  newApplicationId,
  newSecret,
  newSession,
  secretHint,
  secretMatches,
} from './credentials';

const pepper = Buffer.alloc(32, 1);

describe('credentials', () => {
  it('carry the marker of their environment', () => {
    expect(newApplicationId('sandbox')).toMatch(/^app_sbx_[0-9A-Za-z]{22}$/);
    expect(newApplicationId('production')).toMatch(/^app_live_[0-9A-Za-z]{22}$/);
    expect(newSession('production')).toMatch(/^slps_live_[0-9A-Za-z]{43}$/);
  });

  it('a secret ends in a checksum that tells it from a look-alike', () => {
    const secret = newSecret('sandbox');
    expect(secret).toMatch(/^slpsk_sbx_[0-9A-Za-z]{49}$/);
    const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
    const stated = [...secret.slice(-6)].reduce((value, digit) => value * 62 + alphabet.indexOf(digit), 0);
    expect(stated).toBe(crc32(secret.slice(0, -6)));
  });

  it('no two secrets are alike', () => {
    expect(new Set(Array.from({ length: 1_000 }, () => newSecret('production'))).size).toBe(1_000);
  });

  it('only the secret itself matches its hash, and only under the same pepper', () => {
    const secret = newSecret('sandbox');
    const hash = hashSecret(pepper, secret);
    expect(secretMatches(pepper, secret, hash)).toBe(true);
    expect(secretMatches(pepper, newSecret('sandbox'), hash)).toBe(false);
    expect(secretMatches(Buffer.alloc(32, 2), secret, hash)).toBe(false);
  });

  it('the masked form betrays four characters', () => {
    const secret = newSecret('sandbox');
    expect(maskedSecret('sandbox', secretHint(secret))).toBe(`slpsk_sbx_••••${secret.slice(-4)}`);
  });
});
