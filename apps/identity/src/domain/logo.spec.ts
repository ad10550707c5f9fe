import { logoTypeOf } from './logo';

const bytes = (...parts: (string | number[])[]) => Buffer.concat(parts.map((part) => Buffer.from(part as string)));

describe('a logo is known by its first bytes', () => {
  it.each([
    ['image/png', bytes([0x89], 'PNG\r\n', [0x1a], '\n', 'IHDR')],
    ['image/jpeg', bytes([0xff, 0xd8, 0xff, 0xe0])],
    ['image/webp', bytes('RIFF', [1, 2, 3, 4], 'WEBPVP8 ')],
  ])('%s', (type, logo) => {
    expect(logoTypeOf(logo)).toBe(type);
  });

  it.each([
    ['nothing', ''],
    ['a drawing with a script', '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'],
    ['a page', '<!doctype html><script>alert(1)</script>'],
    ['a sound in the same container', 'RIFF\u0001\u0002\u0003\u0004WAVEfmt '],
    ['what stops within the signature', '\u0089PNG'],
    ['a picture of another kind', 'GIF89a'],
  ])('%s is none', (_what, text) => {
    expect(logoTypeOf(Buffer.from(text, 'latin1'))).toBeUndefined();
  });
});
