import { identity } from '#libs/contracts';
import { sizeOfJpeg } from './pictures/jpeg';
import { sizeOfPng } from './pictures/png';
import type { Size } from './pictures/size';
import { sizeOfWebp } from './pictures/webp';

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

const sizeOf: Record<identity.LogoType, (bytes: Buffer) => Promise<Size | undefined> | Size | undefined> = {
  'image/png': sizeOfPng,
  'image/jpeg': sizeOfJpeg,
  'image/webp': sizeOfWebp,
};

const names: Record<identity.LogoType, string> = { 'image/png': 'PNG', 'image/jpeg': 'JPEG', 'image/webp': 'WebP' };

/** Why nobody would see it. Undefined: everybody does. */
export async function faultOfLogo(bytes: Buffer, type: identity.LogoType): Promise<string | undefined> {
  const size = await sizeOf[type](bytes);
  if (!size || size.width < 1 || size.height < 1)
    return `must be a whole picture: as a ${names[type]} this cannot be decoded`;
  const { width, height } = size;
  if (Math.max(width, height) <= identity.logoPixelsMax) return undefined;
  return `must be ${identity.logoPixelsMax} pixels wide and high at most: this is ${width} by ${height}`;
}
