import { hkdfSync } from 'node:crypto';

/** Where an app's own key (hex) is injected, from which its secrets are derived. */
export const SERVICE_KEY = Symbol('ServiceKey');

/** HKDF-SHA-256 (RFC 5869). Secrets of ours are derived, never stored: whoever holds the parent can make them again. */
const derive = (parent: Buffer, purpose: string): Buffer =>
  Buffer.from(hkdfSync('sha256', parent, 'slipway', purpose, 32));

const fromService = (serviceKeyHex: string, purpose: string): Buffer =>
  derive(Buffer.from(serviceKeyHex, 'hex'), purpose);

/** One app's key, hex. It cannot be turned back into the master key (any text of 32 characters or more), nor into another app's. */
export const deriveServiceKey = (masterKey: string, app: string): string =>
  derive(Buffer.from(masterKey), `app:${app}`).toString('hex');

/** The password of the database role `<service>_<role>`, where role is a scope. */
export const databasePassword = (serviceKeyHex: string, role: string): string =>
  fromService(serviceKeyHex, `database:${role}`).toString('base64url');

/** The password of the broker user `<app>_<scope>`. */
export const brokerPassword = (serviceKeyHex: string, scope: string): string =>
  fromService(serviceKeyHex, `broker:${scope}`).toString('base64url');

/** A 256-bit key for one purpose, such as the pepper of access-key secrets. */
export const purposeKey = (serviceKeyHex: string, purpose: string): Buffer =>
  fromService(serviceKeyHex, `purpose:${purpose}`);
