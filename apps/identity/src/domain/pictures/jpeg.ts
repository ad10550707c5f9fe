import type { Size } from './size';

const scan = 0xda;
const end = 0xd9;
/** Baseline, extended and progressive: what browsers show. */
const frames = [0xc0, 0xc1, 0xc2];

const isRestart = (marker: number): boolean => marker >= 0xd0 && marker <= 0xd7;

/** ITU-T T.81, annex B. Undefined where it is broken, or cut off: every segment up to the last is passed through, but no pixel decoded. */
export function sizeOfJpeg(bytes: Buffer): Size | undefined {
  let size: Size | undefined;
  let isScanned = false;
  for (let at = 2; at + 2 <= bytes.length;) {
    const marker = bytes.readUInt8(at + 1);
    if (bytes[at] !== 0xff) return undefined;
    if (marker === end) return isScanned ? size : undefined;
    // Markers may be filled up with bytes before them.
    if (marker === 0xff) at += 1;
    else {
      if (at + 4 > bytes.length) return undefined;
      const next = at + 2 + bytes.readUInt16BE(at + 2);
      if (next < at + 4 || next > bytes.length) return undefined;
      if (frames.includes(marker)) size = sizeOfFrame(bytes.subarray(at + 4, next));
      isScanned ||= marker === scan;
      at = marker === scan ? endOfScan(bytes, next) : next;
    }
  }
  return undefined;
}

const sizeOfFrame = (frame: Buffer): Size | undefined =>
  frame.length < 6 ? undefined : { height: frame.readUInt16BE(1), width: frame.readUInt16BE(3) };

/** The next marker that does not belong to what was scanned. */
function endOfScan(bytes: Buffer, from: number): number {
  for (let at = bytes.indexOf(0xff, from); at !== -1; at = bytes.indexOf(0xff, at + 1)) {
    const marker = bytes[at + 1];
    if (marker !== undefined && marker !== 0 && !isRestart(marker)) return at;
  }
  return bytes.length;
}
