import type { Actor } from '#libs/contracts';

/** Whoever acts where nobody in particular does. */
export const slipway: Actor = { kind: 'system', id: null, displayName: 'Slipway' };
