import { randomBytes } from 'node:crypto';
import { Secret, TOTP } from 'otpauth';
import type { SecondFactorState } from '#libs/contracts';

/** RFC 6238 as every authenticator has it: SHA-1, six digits, half a minute. Of 160 bits, as RFC 4226 recommends. */
const form = { issuer: 'Slipway', algorithm: 'SHA1', digits: 6, period: 30 };
const secretBytes = 20;
/** Steps before and after, for clocks that differ. */
const window = 1;

export const newFactorSecret = (): Buffer => randomBytes(secretBytes);

const totpOf = (secret: Buffer, label = ''): TOTP =>
  new TOTP({ ...form, label, secret: new Secret({ buffer: Uint8Array.from(secret).buffer }) });

/** What an authenticator is told: as a QR code, and for typing it in. */
export function enrolmentOf(secret: Buffer, email: string): { uri: string; secret: string } {
  const totp = totpOf(secret, email);
  return { uri: totp.toString(), secret: totp.secret.base32 };
}

/** The time step whose code this is, if it is one of those that are taken now. */
export function stepOf(secret: Buffer, code: string, now: Date): number | undefined {
  // `otpauth` throws at six characters that are more bytes.
  if (!/^[0-9]{6}$/.test(code)) return undefined;
  const delta = totpOf(secret).validate({ token: code, timestamp: now.getTime(), window });
  return delta === null ? undefined : Math.floor(now.getTime() / (form.period * 1_000)) + delta;
}

/** As people copy them: in groups, in any case. */
export const bareCode = (code: string): string => code.replaceAll(/[\s-]/g, '').toUpperCase();

/** `ABCD-EFGH-IJKL-MNOP`: 80 random bits, so that guessing one needs no bound of its own. */
export function newRecoveryCode(): string {
  const { base32 } = new Secret({ buffer: Uint8Array.from(randomBytes(10)).buffer });
  return base32.replaceAll(/(.{4})(?=.)/g, '$1-');
}

export const isRecoveryCode = (bare: string): boolean => /^[A-Z2-7]{16}$/.test(bare);

/** What a session may do first, and nothing else. */
export function lackingOf(
  { enrolled, codePresented }: { enrolled: boolean; codePresented: boolean },
  policy: 'required' | 'optional',
): SecondFactorState {
  if (enrolled) return codePresented ? 'none' : 'required';
  return policy === 'required' ? 'enrol' : 'none';
}

const wrongCodesMax = 10;
const wrongCodesWindowMs = 15 * 60_000;

export interface WrongCodes {
  wrongCodes: number;
  wrongSince: Date | null;
}

export const noWrongCodes: WrongCodes = { wrongCodes: 0, wrongSince: null };

const isOver = ({ wrongSince }: WrongCodes, now: Date): boolean =>
  wrongSince === null || now.getTime() - wrongSince.getTime() >= wrongCodesWindowMs;

/** Ten in a quarter of an hour, over all sessions: who knows a password does not get at the code by signing in again. */
export const afterWrongCode = (before: WrongCodes, now: Date): WrongCodes =>
  isOver(before, now) ? { wrongCodes: 1, wrongSince: now } : { ...before, wrongCodes: before.wrongCodes + 1 };

/** Seconds until a code is looked at again; 0: now. */
export function waitSeconds(before: WrongCodes, now: Date): number {
  if (before.wrongSince === null || before.wrongCodes < wrongCodesMax || isOver(before, now)) return 0;
  return Math.ceil((before.wrongSince.getTime() + wrongCodesWindowMs - now.getTime()) / 1_000);
}
