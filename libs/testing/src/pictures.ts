import { crc32, deflateSync } from 'node:zlib';

const decoded = (base64: string) => Buffer.from(base64, 'base64');

/** Three pixels by two, as programs of others write them. */
export const pictures = {
  png: decoded(
    'iVBORw0KGgoAAAANSUhEUgAAAAMAAAACCAIAAAASFvFNAAAAHElEQVR4nGM8IWfDwMDAwMDAxMDAYGFzmIGBAQAatAJduQDPYgAAAABJRU5ErkJggg==',
  ),
  pngWithPalette: decoded(
    'iVBORw0KGgoAAAANSUhEUgAAAAMAAAACAQMAAACnuvRZAAAABlBMVEXIHjwAWv9QpxG/AAAADElEQVR4nGNgYHAAAABEAEGXj2jLAAAAAElFTkSuQmCC',
  ),
  jpeg: decoded(
    '/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDACgcHiMeGSgjISMtKygwPGRBPDc3PHtYXUlkkYCZlo+AjIqgtObDoKrarYqMyP/L2u71////m8H////6/+b9//j/wAALCAACAAMBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAAAP/EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAIAQEAAD8AP//Z',
  ),
  progressiveJpeg: decoded(
    '/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDACgcHiMeGSgjISMtKygwPGRBPDc3PHtYXUlkkYCZlo+AjIqgtObDoKrarYqMyP/L2u71////m8H////6/+b9//j/wgALCAACAAMBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAAAP/aAAgBAQAAAAF//8QAFBABAAAAAAAAAAAAAAAAAAAAAP/aAAgBAQABBQJ//8QAFBABAAAAAAAAAAAAAAAAAAAAAP/aAAgBAQAGPwJ//8QAFBABAAAAAAAAAAAAAAAAAAAAAP/aAAgBAQABPyF//9oACAEBAAAAEH//xAAUEAEAAAAAAAAAAAAAAAAAAAAA/9oACAEBAAE/EH//2Q==',
  ),
  webp: decoded('UklGRjIAAABXRUJQVlA4ICYAAABwAQCdASoDAAIAB0CWJagCdAFAAAD+4cIUvCf3a0l7Y/OLMssAAA=='),
  losslessWebp: decoded('UklGRiIAAABXRUJQVlA4TBYAAAAvAkAAAA9wLeJBfs///AcPXnAQ0f8I'),
  transparentWebp: decoded(
    'UklGRlQAAABXRUJQVlA4WAoAAAAQAAAAAgAAAQAAQUxQSAcAAAAAeHh4eHh4AFZQOCAmAAAAcAEAnQEqAwACAAdAliWoAnQBQAAA/uHCFLwn92tJe2PzizLLAAA=',
  ),
  movingWebp: decoded(
    'UklGRqAAAABXRUJQVlA4WAoAAAACAAAAAgAAAQAAQU5JTQYAAAAAAAAAAABBTk1GPgAAAAAAAAAAAAIAAAEAAAAAAAJWUDggJgAAAFABAJ0BKgMAAgAHQJYlqAAEdAAA/uHDe79nz/+t+ZvU/5J59bAAQU5NRi4AAAAAAAAAAAACAAABAAAAAAAAVlA4IBYAAAA0AQCdASoDAAIAAACWJaQAA3AA5EAA',
  ),
} as const;

interface Png {
  width: number;
  height: number;
  interlaced?: boolean;
  /** Unpacked: of all rows, each with a byte before it. */
  pixelBytes: number;
  /** Of the whole file, made up by a comment. */
  fileBytes?: number;
}

/** Of eight bits a sample, red, green and blue, all black. */
export function aPng({ width, height, interlaced = false, pixelBytes, fileBytes }: Png): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, interlaced ? 1 : 0], 8);
  const parts = [chunk('IHDR', header), chunk('IDAT', deflateSync(Buffer.alloc(pixelBytes))), chunk('IEND')];
  const png = Buffer.concat([pictures.png.subarray(0, 8), ...parts]);
  if (fileBytes === undefined) return png;
  const comment = chunk('tEXt', Buffer.alloc(fileBytes - png.length - 12, 'a'));
  return Buffer.concat([png.subarray(0, 33), comment, png.subarray(33)]);
}

function chunk(name: string, body: Buffer = Buffer.alloc(0)): Buffer {
  const named = Buffer.concat([Buffer.from(name), body]);
  const framed = Buffer.alloc(named.length + 8);
  framed.writeUInt32BE(body.length, 0);
  framed.set(named, 4);
  framed.writeUInt32BE(crc32(named), named.length + 4);
  return framed;
}
