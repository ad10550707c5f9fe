import type { Environment } from './environment';

/** The visible marker that tells an environment's credentials apart without any look-up. */
export const environmentMarker: Record<Environment, string> = { sandbox: 'sbx', production: 'live' };

const markedWith = (prefix: string, value: string): Environment | undefined => {
  if (value.startsWith(`${prefix}_sbx_`)) return 'sandbox';
  if (value.startsWith(`${prefix}_live_`)) return 'production';
  return undefined;
};

/** `app_sbx_…` or `app_live_…`; undefined when the text is no application ID at all. */
export const environmentOfApplicationId = (applicationId: string) => markedWith('app', applicationId);

/** `slpr_sbx_…` or `slpr_live_…`, the token of a link with which somebody sets a new password. */
export const environmentOfResetToken = (token: string) => markedWith('slpr', token);

/** `slpi_sbx_…` or `slpi_live_…`, the token of an invitation. */
export const environmentOfInvitation = (token: string) => markedWith('slpi', token);

/** `slpv_sbx_…` or `slpv_live_…`, the token of a link that proves an e-mail address. */
export const environmentOfVerification = (token: string) => markedWith('slpv', token);

/** `slpu_sbx_…` or `slpu_live_…`, with which a mail's person unsubscribes. */
export const environmentOfUnsubscription = (token: string) => markedWith('slpu', token);

/** `slps_sbx_…` or `slps_live_…`, the opaque session of a person. */
export const environmentOfSession = (session: string) => markedWith('slps', session);
