import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { cryptoProvider, SubjectAlternativeNameExtension, X509CertificateGenerator } from '@peculiar/x509';
import { simpleParser, type ParsedMail } from 'mailparser';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

cryptoProvider.set(webcrypto);

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

/** Signed by itself, for the address on which the receiver listens. */
export async function aCertificate(): Promise<{ cert: string; key: string }> {
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const extensions = [new SubjectAlternativeNameExtension([{ type: 'ip', value: '127.0.0.1' }])];
  const certificate = await X509CertificateGenerator.createSelfSigned({
    signingAlgorithm: algorithm,
    keys,
    extensions,
  });
  const key = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64');
  return { cert: certificate.toString('pem'), key: `-----BEGIN PRIVATE KEY-----\n${key}\n-----END PRIVATE KEY-----\n` };
}

/** A refusal as a mail server says it. */
export class Refusal extends Error {
  constructor(
    readonly responseCode: number,
    message: string,
  ) {
    super(message);
  }
}

export interface ReceivedMail extends ParsedMail {
  /** Whom the envelope names. */
  recipients: string[];
}

interface Ways {
  /** Throws what it refuses an address with. */
  onAddress?: (address: string) => void | Promise<void>;
  /** Once a mail is whole; throws what it is refused with. */
  onMail?: (mail: ReceivedMail) => void;
  /** When the first of a mail's bytes are there. */
  onBytes?: () => void;
  /** Else it is left unencrypted, as on loopback. */
  options?: SMTPServerOptions;
}

/** A mail server to read back what was sent, with the ways of one that is in trouble. */
export class SmtpReceiver {
  readonly mails: ReceivedMail[] = [];
  /** Of them, each try. */
  readonly addresses: string[] = [];
  private readonly server: SMTPServer;

  private constructor(readonly ways: Ways) {
    this.server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS'],
      ...ways.options,
      onRcptTo: ({ address }, _session, callback) => void this.takeAddress(address).then(() => callback(), callback),
      onData: (stream, session, callback) => {
        stream.once('data', () => this.ways.onBytes?.());
        const recipients = session.envelope.rcptTo.map(({ address }) => address);
        simpleParser(stream).then((mail) => this.takeMail({ ...mail, recipients }, callback), callback);
      },
    });
    this.server.on('error', () => undefined);
  }

  static async open(ways: Ways = {}): Promise<SmtpReceiver> {
    const receiver = new SmtpReceiver({ ...ways });
    receiver.server.listen(0, '127.0.0.1');
    await once(receiver.server.server, 'listening');
    return receiver;
  }

  get port(): number {
    return (this.server.server.address() as AddressInfo).port;
  }

  get url(): string {
    return `${this.ways.options?.secure ? 'smtps' : 'smtp'}://127.0.0.1:${this.port}`;
  }

  /** As it was when it was opened, and nothing received. */
  clear(): void {
    this.mails.length = 0;
    this.addresses.length = 0;
    this.ways.onAddress = this.ways.onMail = this.ways.onBytes = undefined;
  }

  /** As if the machine had lost its power. */
  cutOff(): void {
    const connections = (this.server as unknown as { connections: Set<{ _socket: Socket }> }).connections;
    for (const { _socket: socket } of connections) socket.destroy();
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.server.close(() => resolve()));
  }

  private async takeAddress(address: string): Promise<void> {
    this.addresses.push(address);
    await this.ways.onAddress?.(address);
  }

  private takeMail(mail: ReceivedMail, callback: (error?: Error) => void): void {
    try {
      this.ways.onMail?.(mail);
      this.mails.push(mail);
      callback();
    } catch (error) {
      callback(error as Error);
    }
  }
}
