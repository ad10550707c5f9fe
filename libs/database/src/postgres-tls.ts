import { readFileSync } from 'node:fs';
import type { ConnectionOptions } from 'node:tls';

/** What of a `DATABASE_URL` says how to connect; everything that connects goes by it, the set-up as the services. */
export const tlsParameters = ['sslmode', 'sslrootcert'] as const;

type Verification = Pick<ConnectionOptions, 'rejectUnauthorized' | 'ca'>;

/**
 * As libpq has it: `require` encrypts; `verify-full` also checks who replies, and so does `verify-ca` here, and `require` where
 * an authority is named. `sslrootcert`: a PEM file of authorities, believed instead of those that Node brings.
 *
 * @throws where the mode is none: what is misspelt must not mean no encryption
 */
export function postgresTls({ searchParams }: { searchParams: URLSearchParams }): false | Verification {
  const mode = searchParams.get('sslmode') ?? 'disable';
  const file = searchParams.get('sslrootcert');
  const ca = file ? readFileSync(file, 'utf8') : undefined;
  switch (mode) {
    case 'disable':
    case 'allow':
    case 'prefer':
      return false;
    case 'require':
      return ca === undefined ? { rejectUnauthorized: false } : { rejectUnauthorized: true, ca };
    case 'verify-ca':
    case 'verify-full':
      return { rejectUnauthorized: true, ...(ca !== undefined && { ca }) };
    default:
      throw new Error(`sslmode=${mode} is none: disable, require, verify-ca or verify-full.`);
  }
}
