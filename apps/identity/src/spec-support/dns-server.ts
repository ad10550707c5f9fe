import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';

// RFC 1035, 4.1: a header of twelve bytes, the name and type that are looked for, then the records.
const headerBytes = 12;
const authoritativeReply = 0x8400;
const serverFailure = 2;
const noSuchName = 3;
const txt = 16;
const internet = 1;
/** The name that is looked for stands right behind the header. */
const nameBefore = 0xc000 | headerBytes;

/** A real name server on loopback, for TXT records. */
export class DnsServer {
  /** The records of a name, each in the pieces it is cut into; of all others there is none. */
  readonly records = new Map<string, string[][]>();
  /** What was looked for, oldest first. */
  readonly lookups: string[] = [];
  /** `failing`: it says that it cannot; `silent`: it says nothing. */
  mood: 'well' | 'failing' | 'silent' = 'well';

  private constructor(private readonly socket: Socket) {
    socket.on('message', (message, { address, port }) => {
      const reply = this.replyTo(message);
      if (this.mood !== 'silent') socket.send(reply, port, address);
    });
  }

  static async listen(): Promise<DnsServer> {
    const socket = createSocket('udp4').bind(0, '127.0.0.1');
    await once(socket, 'listening');
    return new DnsServer(socket);
  }

  get address(): string {
    return `127.0.0.1:${this.socket.address().port}`;
  }

  close(): void {
    this.socket.close();
  }

  private replyTo(message: Buffer): Buffer {
    const { name, end } = nameIn(message);
    this.lookups.push(name);
    const found = this.records.get(name.toLowerCase());
    const status = this.mood === 'failing' ? serverFailure : found ? 0 : noSuchName;
    const records = status === 0 ? (found ?? []) : [];
    const header = numbers(message.readUInt16BE(0), authoritativeReply | status, 1, records.length, 0, 0);
    return Buffer.concat([header, message.subarray(headerBytes, end + 4), ...records.map(recordOf)]);
  }
}

function nameIn(message: Buffer): { name: string; end: number } {
  const labels: string[] = [];
  let at = headerBytes;
  for (let length = message.readUInt8(at); length > 0; length = message.readUInt8(at)) {
    labels.push(message.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join('.'), end: at + 1 };
}

function recordOf(pieces: string[]): Buffer {
  const text = Buffer.concat(pieces.map((piece) => Buffer.from([piece.length, ...Buffer.from(piece, 'latin1')])));
  const secondsToLive = [0, 1];
  return Buffer.concat([numbers(nameBefore, txt, internet, ...secondsToLive, text.length), text]);
}

/** Of sixteen bits each. */
function numbers(...values: number[]): Buffer {
  const bytes = Buffer.alloc(2 * values.length);
  values.forEach((value, index) => bytes.writeUInt16BE(value, 2 * index));
  return bytes;
}
