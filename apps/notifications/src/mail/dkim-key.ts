import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** The path of a file of a private key in PEM, read. Nothing of what stands in it is repeated. */
export const privateKey = () =>
  z.string().transform((path, context) => {
    try {
      const pem = readFileSync(path, 'utf8');
      const { asymmetricKeyType: type } = createPrivateKey(pem);
      if (type === 'rsa' || type === 'ed25519') return pem;
    } catch {
      // What cannot be read is no key either.
    }
    context.addIssue(`must be a file of a private key in PEM, RSA or Ed25519, that can be read: ${path}`);
    return z.NEVER;
  });
