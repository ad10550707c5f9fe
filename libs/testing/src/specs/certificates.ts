import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import {
  BasicConstraintsExtension,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
  cryptoProvider,
} from '@peculiar/x509';

cryptoProvider.set(webcrypto);

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const dayMs = 86_400_000;

/** What a TLS server shows and signs with, in PEM. */
export interface Identity {
  cert: string;
  key: string;
}

interface CertificateOptions {
  /** The name or the address it is for. */
  host?: string;
  /** When it ends, in days from now. */
  days?: number;
}

/** Somebody who signs certificates, known to nobody but who is given its own. */
export class Authority {
  private constructor(
    readonly cert: string,
    private readonly keys: webcrypto.CryptoKeyPair,
  ) {}

  static async create(): Promise<Authority> {
    const keys = await newKeys();
    const certificate = await X509CertificateGenerator.createSelfSigned({
      ...lasting(30),
      name: 'CN=Authority of the provider',
      signingAlgorithm: algorithm,
      keys,
      extensions: [new BasicConstraintsExtension(true, undefined, true)],
    });
    return new Authority(certificate.toString('pem'), keys);
  }

  async sign(options: CertificateOptions = {}): Promise<Identity> {
    const keys = await newKeys();
    const certificate = await X509CertificateGenerator.create({
      ...subjectOf(options),
      issuer: 'CN=Authority of the provider',
      signingAlgorithm: algorithm,
      signingKey: this.keys.privateKey,
      publicKey: keys.publicKey,
    });
    return { cert: certificate.toString('pem'), key: await pemOf(keys) };
  }
}

export async function selfSigned(options: CertificateOptions = {}): Promise<Identity> {
  const keys = await newKeys();
  const { subject: name, ...rest } = subjectOf(options);
  const certificate = await X509CertificateGenerator.createSelfSigned({
    ...rest,
    name,
    signingAlgorithm: algorithm,
    keys,
  });
  return { cert: certificate.toString('pem'), key: await pemOf(keys) };
}

const newKeys = () =>
  webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']) as Promise<webcrypto.CryptoKeyPair>;

function subjectOf({ host = 'localhost', days = 30 }: CertificateOptions) {
  const type = /^[\d.]+$/.test(host) ? 'ip' : 'dns';
  return {
    ...lasting(days),
    subject: `CN=${host}`,
    extensions: [new SubjectAlternativeNameExtension([{ type, value: host }])],
  };
}

const lasting = (days: number) => ({
  notBefore: new Date(Date.now() - 60 * dayMs),
  notAfter: new Date(Date.now() + days * dayMs),
});

async function pemOf({ privateKey }: webcrypto.CryptoKeyPair): Promise<string> {
  const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', privateKey)).toString('base64');
  return `-----BEGIN PRIVATE KEY-----\n${pkcs8}\n-----END PRIVATE KEY-----\n`;
}
