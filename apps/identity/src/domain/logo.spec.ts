import type { identity } from '#libs/contracts';
import { aPng, pictures } from '#libs/testing';
import { faultOfLogo, logoTypeOf } from './logo';

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

describe('a logo that nobody would see is refused', () => {
  const kinds = Object.entries(pictures);
  const faultOf = (logo: Buffer, type = logoTypeOf(logo)) => faultOfLogo(logo, type as identity.LogoType);
  const broken = expect.stringContaining('cannot be decoded') as unknown;

  it.each(kinds)('%s: as it should be, it is taken', async (_kind, logo) => {
    expect(await faultOf(logo)).toBeUndefined();
    // Many programs write more behind the end, and none reads it.
    expect(await faultOf(Buffer.concat([logo, Buffer.from('more')]))).toBeUndefined();
  });

  it.each(kinds)('%s: cut off, wherever that is', async (_kind, logo) => {
    const type = logoTypeOf(logo);
    for (let length = 12; length < logo.length; length += 1)
      expect([length, await faultOf(logo.subarray(0, length), type)]).toEqual([length, broken]);
  });

  it.each(['png', 'pngWithPalette'] as const)('%s: with a byte of another value, wherever that is', async (kind) => {
    for (let at = 8; at < pictures[kind].length; at += 1) {
      const logo = Buffer.from(pictures[kind]);
      logo.writeUInt8(logo.readUInt8(at) ^ 0x10, at);
      expect([at, await faultOf(logo)]).toEqual([at, broken]);
    }
  });

  it.each(kinds)('%s: with what is no picture behind its first bytes', async (_kind, logo) => {
    const type = logoTypeOf(logo);
    const head = logo.subarray(0, 12);
    for (const rest of [Buffer.from('and what follows'), Buffer.alloc(60_000, 0xff), Buffer.alloc(60_000)])
      expect(await faultOf(Buffer.concat([head, rest]), type)).toEqual(broken);
  });

  const rows = (width: number, height: number) => height * (1 + 3 * width);
  it.each([
    ['all rows', { pixelBytes: rows(3, 2) }, undefined],
    ['a row less', { pixelBytes: rows(3, 1) }, broken],
    ['no rows', { pixelBytes: 0 }, broken],
    ['the passes of Adam7', { interlaced: true, pixelBytes: 22 }, undefined],
    ['a pass less than Adam7 has', { interlaced: true, pixelBytes: 12 }, broken],
    ['rows enough, but not in passes', { interlaced: true, pixelBytes: rows(3, 2) }, broken],
  ])('a PNG with %s', async (_what, given, expected) => {
    expect(await faultOf(aPng({ width: 3, height: 2, ...given }))).toEqual(expected);
  });

  it.each([
    ['as wide as it may be', 4_096, 1, undefined],
    ['as high as it may be', 1, 4_096, undefined],
    ['too wide', 4_097, 1, 'must be 4096 pixels wide and high at most: this is 4097 by 1'],
    ['too high', 1, 5_000, 'must be 4096 pixels wide and high at most: this is 1 by 5000'],
    ['of no width', 0, 2, broken],
  ])('a PNG %s', async (_what, width, height, expected) => {
    expect(await faultOf(aPng({ width, height, pixelBytes: rows(width, height) }))).toEqual(expected);
  });

  it('a PNG may hold more than its pixels: no program minds', async () => {
    expect(await faultOf(aPng({ width: 3, height: 2, pixelBytes: 1_000_000 }))).toBeUndefined();
  });

  it.each([
    ['jpeg', pictures.jpeg.indexOf(Buffer.from([0xff, 0xc0])) + 5, 'BE'],
    ['progressiveJpeg', pictures.progressiveJpeg.indexOf(Buffer.from([0xff, 0xc2])) + 5, 'BE'],
    ['webp', pictures.webp.indexOf(Buffer.from([0x9d, 0x01, 0x2a])) + 3, 'LE'],
  ] as const)('%s: too large, or of no size', async (kind, at, order) => {
    for (const [size, expected] of [
      [5_000, expect.stringMatching(/^must be 4096 pixels .* 5000/)],
      [0, broken],
    ] as const) {
      const logo = Buffer.from(pictures[kind]);
      logo[`writeUInt16${order}`](size, at);
      expect(await faultOf(logo)).toEqual(expected);
    }
  });

  it.each(['transparentWebp', 'movingWebp'] as const)('%s: too large', async (kind) => {
    const logo = Buffer.from(pictures[kind]);
    logo.writeUIntLE(4_999, logo.indexOf('VP8X') + 12, 3);
    expect(await faultOf(logo)).toMatch(/^must be 4096 pixels .* 5000/);
  });
});
