import type { identity } from '#libs/contracts';

/** As its row has it. */
interface Claim {
  confirmedAt: Date | null;
  expiredAt: Date | null;
}

export type RegistrationState = 'unconfirmed' | 'confirmed' | 'expired';

export function stateOf({ confirmedAt, expiredAt }: Claim): RegistrationState {
  if (expiredAt) return 'expired';
  return confirmedAt ? 'confirmed' : 'unconfirmed';
}

/** Below the domain, so that it collides with nothing there (draft-ietf-dnsop-domain-verification-techniques). */
export const recordOf = (domain: string, challenge: string): identity.DomainRecord => ({
  type: 'TXT',
  name: `_slipway-challenge.${domain}`,
  value: `slipway-verification=${challenge}`,
});

const dayMs = 86_400_000;
const warningDays = 2;

export const expiryOf = (registeredAt: Date, days: number): Date => new Date(registeredAt.getTime() + days * dayMs);

/** The partner is warned first, while it can still do something. */
export const warningOf = (expiresAt: Date): Date => new Date(expiresAt.getTime() - warningDays * dayMs);
