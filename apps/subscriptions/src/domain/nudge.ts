const hourMs = 3_600_000;
/** A review may take a while before anybody need ask. */
const nudgeAfterMs = 48 * hourMs;

/** B48: from when the partner may ask what has become of what was submitted then. */
export const nudgeFrom = (submittedAt: Date): Date => new Date(submittedAt.getTime() + nudgeAfterMs);
