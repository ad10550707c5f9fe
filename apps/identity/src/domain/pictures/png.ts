import { Readable } from 'node:stream';
import { crc32, createInflate } from 'node:zlib';
import type { Size } from './size';

const signatureBytes = 8;

interface Header extends Size {
  bitsPerPixel: number;
  palette: boolean;
  interlaced: boolean;
}

/** https://www.w3.org/TR/png-3. Undefined where it is broken, or cut off: every chunk, and what the pixels are packed into, is read. */
export async function sizeOfPng(bytes: Buffer): Promise<Size | undefined> {
  const chunks = chunksOf(bytes);
  const header = chunks?.[0]?.name === 'IHDR' ? headerOf(chunks[0].body) : undefined;
  if (!chunks || !header) return undefined;
  if (header.palette && !chunks.some(({ name }) => name === 'PLTE')) return undefined;
  const pixels = chunks.filter(({ name }) => name === 'IDAT').map(({ body }) => body);
  return (await holds(pixels, bytesOf(header))) ? header : undefined;
}

/** Up to the last, each as its checksum has it. */
function chunksOf(bytes: Buffer): { name: string; body: Buffer }[] | undefined {
  const chunks: { name: string; body: Buffer }[] = [];
  for (let at = signatureBytes; at + 12 <= bytes.length;) {
    const end = at + 8 + bytes.readUInt32BE(at);
    if (end + 4 > bytes.length || crc32(bytes.subarray(at + 4, end)) !== bytes.readUInt32BE(end)) return undefined;
    const name = bytes.toString('latin1', at + 4, at + 8);
    if (name === 'IEND') return chunks;
    chunks.push({ name, body: bytes.subarray(at + 8, end) });
    at = end + 4;
  }
  return undefined;
}

/** How many samples a pixel of each colour type has, and of how many bits they may be. */
const colourTypes: Record<number, { samples: number; depths: number[] }> = {
  0: { samples: 1, depths: [1, 2, 4, 8, 16] },
  2: { samples: 3, depths: [8, 16] },
  3: { samples: 1, depths: [1, 2, 4, 8] },
  4: { samples: 2, depths: [8, 16] },
  6: { samples: 4, depths: [8, 16] },
};

function headerOf(body: Buffer): Header | undefined {
  if (body.length !== 13) return undefined;
  const [depth = 0, colourType = 0, compression, filter, interlace = 0] = body.subarray(8);
  const colour = colourTypes[colourType];
  if (!colour?.depths.includes(depth) || compression !== 0 || filter !== 0 || interlace > 1) return undefined;
  return {
    width: body.readUInt32BE(0),
    height: body.readUInt32BE(4),
    bitsPerPixel: colour.samples * depth,
    palette: colourType === 3,
    interlaced: interlace === 1,
  };
}

/** Of Adam7: where each pass begins, and in which steps it goes on. */
const passes = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

/** Of all rows, each with a byte for its filter. */
function bytesOf({ width, height, bitsPerPixel, interlaced }: Header): number {
  const ofRows = (columns: number, rows: number) =>
    columns > 0 && rows > 0 ? rows * (1 + Math.ceil((columns * bitsPerPixel) / 8)) : 0;
  if (!interlaced) return ofRows(width, height);
  return passes.reduce(
    (sum, [x, y, dx, dy]) => sum + ofRows(Math.ceil((width - x) / dx), Math.ceil((height - y) / dy)),
    0,
  );
}

/** Part by part, and no further than it has to: little can unpack to very much. */
async function holds(packed: Buffer[], bytes: number): Promise<boolean> {
  let unpacked = 0;
  try {
    for await (const part of Readable.from(packed).pipe(createInflate())) {
      unpacked += (part as Buffer).length;
      if (unpacked >= bytes) return true;
    }
  } catch {
    return false;
  }
  return false;
}
