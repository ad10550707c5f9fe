import type { Problem } from '#libs/api-client';
import { createContext, useContext } from 'react';
import { t } from './ui-texts';

declare module '@tanstack/react-query' {
  interface Register {
    /** Nothing else is thrown by a call. */
    defaultError: Problem;
  }
}

/** How a site says what a problem's code means. */
export const ExplainProblem = createContext<(problem: Problem) => string | undefined>(() => undefined);

/** The site's own words, then those that both sites have, then those of the API. */
export function useExplain(): (problem: Problem) => string {
  const explain = useContext(ExplainProblem);
  return (problem) => explain(problem) ?? t.optional(`problem.${problem.code}`) ?? problem.message;
}
