import type { identity } from '#libs/contracts';

/** What decides whether a partner may use the API in an environment. */
export interface EligibilityBasis {
  verified: boolean;
  suspended: boolean;
  /** Whether a rule of the environment names the partner's programme and type. */
  ruleMatches: boolean;
}

/** B9: what a partner says of itself counts only once confirmed; then its programme and type must be listed. */
export function eligibilityOf({ verified, suspended, ruleMatches }: EligibilityBasis): identity.Eligibility {
  const reasons: identity.Eligibility['reasons'] = [];
  if (!verified) reasons.push('unverified');
  if (!ruleMatches) reasons.push('programme_not_eligible');
  if (suspended) reasons.push('suspended');
  return { eligible: reasons.length === 0, reasons };
}
