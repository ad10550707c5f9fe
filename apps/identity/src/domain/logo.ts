import type { identity } from '#libs/contracts';

const startsWith = (bytes: Buffer, signature: readonly number[], at = 0): boolean =>
  signature.every((byte, index) => bytes[at + index] === byte);

const png = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const jpeg = [0xff, 0xd8, 0xff];
const riff = [...Buffer.from('RIFF')];
const webp = [...Buffer.from('WEBP')];

/** What picture it is by its first bytes, whatever it was called. Undefined: none that we show. */
export function logoTypeOf(bytes: Buffer): identity.LogoType | undefined {
  if (startsWith(bytes, png)) return 'image/png';
  if (startsWith(bytes, jpeg)) return 'image/jpeg';
  // https://developers.google.com/speed/webp/docs/riff_container: the length of the file lies in between.
  if (startsWith(bytes, riff) && startsWith(bytes, webp, 8)) return 'image/webp';
  return undefined;
}
