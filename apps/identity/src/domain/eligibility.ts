import type { identity } from '#libs/contracts';
import { fail } from '#libs/errors';

/** Which of the partner's programme and type no rule of the environment names; null where one names them together. */
export type Unlisted = 'programme' | 'type' | null;

/** What decides whether a partner may use the API in an environment. */
export interface EligibilityBasis {
  verified: boolean;
  suspended: boolean;
  unlisted: Unlisted;
}

/** B9: what a partner says of itself counts only once confirmed; then its programme and type must be listed. */
export function eligibilityOf({ verified, suspended, unlisted }: EligibilityBasis): identity.Eligibility {
  const reasons: identity.Eligibility['reasons'] = [];
  if (!verified) reasons.push('unverified');
  if (unlisted) reasons.push(`${unlisted}_not_eligible`);
  if (suspended) reasons.push('suspended');
  return { eligible: reasons.length === 0, reasons };
}

/** Whether a partner is to be told: of a verdict that turns, and of each reason that comes to others. */
export const isNews = (before: identity.Eligibility, after: identity.Eligibility): boolean =>
  before.eligible !== after.eligible || after.reasons.some((reason) => !before.reasons.includes(reason));

/** B10. @throws identity.not_eligible with every reason */
export function requireEligible({ eligible, reasons }: identity.Eligibility): void {
  if (!eligible) fail('identity.not_eligible', 'This organisation is not eligible to use the API.', { reasons });
}
