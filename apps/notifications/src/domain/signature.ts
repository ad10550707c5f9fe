import { createHmac, randomBytes } from 'node:crypto';

/** Standard Webhooks asks for 24 to 64. */
const secretBytes = 32;
const prefix = 'whsec_';

/** A new secret: what is kept, sealed. */
export const newSecret = (): Buffer => randomBytes(secretBytes);

/** As it is shown, once. */
export const shownSecret = (secret: Buffer): string => `${prefix}${secret.toString('base64')}`;

interface Signed {
  id: string;
  /** Seconds since 1970, of the attempt. */
  timestamp: number;
  body: string;
}

/** Standard Webhooks 1.0, `v1`: one signature for each secret, so that either verifies while a rotation lasts. */
export const signatures = (secrets: readonly Buffer[], { id, timestamp, body }: Signed): string =>
  secrets
    .map((secret) => `v1,${createHmac('sha256', secret).update(`${id}.${timestamp}.${body}`).digest('base64')}`)
    .join(' ');
