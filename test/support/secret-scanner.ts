const bytesMin = 12;

interface Needle {
  name: string;
  form: string;
  bytes: Buffer;
}

export interface Hit {
  name: string;
  form: string;
  place: string;
}

/**
 * Base64 as it looks inside a longer text, such as the header of HTTP Basic: by where the value begins, one of three,
 * without the characters at both ends that neighbours have a part in.
 */
function base64Within(value: Buffer): string[] {
  return [0, 1, 2].map((offset) => {
    const encoded = Buffer.concat([Buffer.alloc(offset), value]).toString('base64');
    return encoded.slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + value.length) * 8) / 6));
  });
}

const toUrlSafe = (text: string) => text.replaceAll('+', '-').replaceAll('/', '_');

/** Every form in which a value could lie about. */
function formsOf(value: Buffer): [form: string, bytes: Buffer][] {
  const text = value.toString('utf8');
  const base64 = base64Within(value);
  const forms: [string, string | Buffer][] = [
    ['raw', value],
    ['hex', value.toString('hex')],
    ['HEX', value.toString('hex').toUpperCase()],
    ...base64.map((each): [string, string] => ['base64', each]),
    ...base64.map((each): [string, string] => ['base64url', toUrlSafe(each)]),
    ['url-encoded', encodeURIComponent(text)],
    ['form-encoded', new URLSearchParams({ '': text }).toString().slice(1)],
    ['JSON', JSON.stringify(text).slice(1, -1)],
  ];
  return forms.map(([form, bytes]) => [form, Buffer.from(bytes)]);
}

/** Looks for many secrets in much data, in one pass. */
export class SecretScanner {
  private readonly needles = new Map<number, Needle[]>();
  /** Which three bytes some needle begins with. */
  private readonly beginnings = new Uint8Array(1 << 24);
  readonly names = new Set<string>();

  add(name: string, value: string | Buffer): void {
    const bytes = Buffer.from(value);
    if (bytes.length < bytesMin) throw new Error(`${name} is too short to be looked for`);
    this.names.add(name);
    const known = new Set<string>();
    for (const [form, needle] of formsOf(bytes)) {
      if (known.has(needle.toString('latin1'))) continue;
      known.add(needle.toString('latin1'));
      const beginning = beginningAt(needle, 0);
      this.beginnings[beginning] = 1;
      const others = this.needles.get(beginning);
      if (others) others.push({ name, form, bytes: needle });
      else this.needles.set(beginning, [{ name, form, bytes: needle }]);
    }
  }

  find(place: string, data: Buffer | string): Hit[] {
    const bytes = typeof data === 'string' ? Buffer.from(data) : data;
    const hits: Hit[] = [];
    for (let at = 0; at + 2 < bytes.length; at += 1) {
      const beginning = beginningAt(bytes, at);
      if (this.beginnings[beginning] === 0) continue;
      for (const { name, form, bytes: needle } of this.needles.get(beginning) ?? []) {
        const end = at + needle.length;
        if (end <= bytes.length && bytes.compare(needle, 0, needle.length, at, end) === 0)
          hits.push({ name, form, place });
      }
    }
    return hits;
  }
}

const beginningAt = (bytes: Buffer, at: number): number =>
  ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
