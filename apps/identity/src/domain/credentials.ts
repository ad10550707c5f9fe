import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { environmentMarker, type Environment, type identity } from '#libs/contracts';

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

function base62(bytes: Buffer, length: number): string {
  let value = BigInt(`0x${bytes.toString('hex')}`);
  let text = '';
  while (text.length < length) {
    text = `${alphabet.charAt(Number(value % 62n))}${text}`;
    value /= 62n;
  }
  return text;
}

/** `app_sbx_…`: 128 random bits. Public: it names a key and proves nothing. */
export const newApplicationId = (environment: Environment): string =>
  `app_${environmentMarker[environment]}_${base62(randomBytes(16), 22)}`;

/** What has another form names no key; Postgres, asked for many at once, would refuse them all for one with NUL. */
export const isApplicationId = (text: string): boolean => /^app_(?:sbx|live)_[0-9A-Za-z]{22}$/.test(text);

const checksum = (text: string): string => base62(Buffer.from(crc32(text).toString(16).padStart(8, '0'), 'hex'), 6);

/**
 * `slpsk_sbx_<43 characters><6 characters>`: 256 random bits and a CRC-32, so that scanners find leaked secrets and
 * discard look-alikes without asking us (B24).
 */
export function newSecret(environment: Environment): string {
  const body = `slpsk_${environmentMarker[environment]}_${base62(randomBytes(32), 43)}`;
  return `${body}${checksum(body)}`;
}

/**
 * Enough for 256 random bits, and cheap enough for the token path: a password hash would let anyone burn our CPU. The
 * pepper lies outside the database.
 */
export const hashSecret = (pepper: Buffer, secret: string): Buffer =>
  createHmac('sha256', pepper).update(secret).digest();

export const secretMatches = (pepper: Buffer, secret: string, hash: Buffer): boolean =>
  timingSafeEqual(hashSecret(pepper, secret), hash);

/** The last four characters: enough to tell two secrets apart. */
export const secretHint = (secret: string): string => secret.slice(-4);

export const maskedSecret = (environment: Environment, hint: string): string =>
  `slpsk_${environmentMarker[environment]}_••••${hint}`;

/** An opaque session, `slps_sbx_…`; staff have `slpt_…`. Only its SHA-256 is stored. */
export const newSession = (environment: Environment): string =>
  `slps_${environmentMarker[environment]}_${base62(randomBytes(32), 43)}`;

/** Of a link with which somebody sets a new password, `slpr_sbx_…`: 256 random bits. Only its SHA-256 is stored. */
export const newResetToken = (environment: Environment): string =>
  `slpr_${environmentMarker[environment]}_${base62(randomBytes(32), 43)}`;

const linkPrefix: Record<identity.LinkKind, string> = {
  password_reset: 'slpr',
  invitation: 'slpi',
  email_verification: 'slpv',
};

/** By its form alone. */
export const isTokenOf = (kind: identity.LinkKind, token: string): boolean => token.startsWith(`${linkPrefix[kind]}_`);

/**
 * Of a link that is sent by mail: 256 bits that nobody without the key can compute, and the same whenever it is. So a mail that is sent
 * twice has one link, and nobody needs to keep it meanwhile.
 */
export function mailedToken(key: Buffer, environment: Environment, kind: identity.LinkKind, requestId: string): string {
  const bits = createHmac('sha256', key).update(`${environment} ${kind} ${requestId}`).digest();
  return `${linkPrefix[kind]}_${environmentMarker[environment]}_${base62(bits, 43)}`;
}

export const hashResetToken = (token: string): Buffer => createHash('sha256').update(token).digest();

export const newStaffSession = (): string => `slpt_${base62(randomBytes(32), 43)}`;

/** A password that nobody has chosen: 120 random bits, to be changed by whoever is given it. */
export const newPassword = (): string => randomBytes(15).toString('base64url');

/** What a browser keeps that somebody has signed in with, `slpd_…`: it opens nothing. Only its SHA-256 is stored. */
export const newDevice = (): string => `slpd_${base62(randomBytes(32), 43)}`;

export const hashDevice = (device: string): Buffer => createHash('sha256').update(device).digest();

export const hashSession = (session: string): Buffer => createHash('sha256').update(session).digest();
