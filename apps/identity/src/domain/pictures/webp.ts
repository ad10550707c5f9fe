import type { Size } from './size';

/** Before the first chunk: `RIFF`, a length, `WEBP`. */
const headBytes = 12;
const signatureOfLossy = Buffer.from([0x9d, 0x01, 0x2a]);
const signatureOfLossless = 0x2f;

/** RFC 9649. Undefined where it is broken, or cut off: every chunk is passed through, but no pixel decoded. */
export function sizeOfWebp(bytes: Buffer): Size | undefined {
  const chunks = chunksOf(bytes);
  const [first] = chunks ?? [];
  if (!chunks || !first) return undefined;
  if (first.name !== 'VP8X') return sizeOfImage(first);
  const hasPixels = chunks.some((chunk) => chunk.name === 'ANMF' || sizeOfImage(chunk));
  return hasPixels && first.body.length >= 10 ? sizeOfCanvas(first.body) : undefined;
}

interface Chunk {
  name: string;
  body: Buffer;
}

function chunksOf(bytes: Buffer): Chunk[] | undefined {
  if (bytes.length < headBytes) return undefined;
  const end = 8 + bytes.readUInt32LE(4);
  if (end > bytes.length) return undefined;
  const chunks: Chunk[] = [];
  for (let at = headBytes; at + 8 <= end;) {
    const length = bytes.readUInt32LE(at + 4);
    if (at + 8 + length > end) return undefined;
    chunks.push({ name: bytes.toString('latin1', at, at + 4), body: bytes.subarray(at + 8, at + 8 + length) });
    // Chunks begin at even places.
    at += 8 + length + (length % 2);
  }
  return chunks;
}

function sizeOfImage({ name, body }: Chunk): Size | undefined {
  if (name === 'VP8 ' && body.length > 10 && body.subarray(3, 6).equals(signatureOfLossy))
    return { width: body.readUInt16LE(6) & 0x3fff, height: body.readUInt16LE(8) & 0x3fff };
  if (name !== 'VP8L' || body.length <= 5 || body[0] !== signatureOfLossless) return undefined;
  const bits = body.readUInt32LE(1);
  return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
}

const sizeOfCanvas = (body: Buffer): Size => ({ width: body.readUIntLE(4, 3) + 1, height: body.readUIntLE(7, 3) + 1 });
