import type { Problem } from '#libs/api-client';
import { t } from './texts';

const secondsPerMinute = 60;

/** The portal's words for a code. Where it has none, the API's stand. */
export const explainProblem = (problem: Problem): string | undefined =>
  t.optional(`problem.${problem.code}`, {
    minutes: Math.max(1, Math.ceil((problem.retryAfterSeconds ?? 0) / secondsPerMinute)),
  });
