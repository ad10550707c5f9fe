import { Skeleton, VisuallyHidden } from '@mantine/core';
import type { Problem } from '#libs/api-client';
import { useEffect, useState, type ReactNode } from 'react';
import { ProblemNotice } from './problem-notice';
import { t } from './ui-texts';

/** What a query tells of itself. */
export interface Loaded<Data> {
  data: Data | undefined;
  error: Problem | null;
  refetch: () => Promise<unknown>;
}

interface QueryStateProps<Data> {
  query: Loaded<Data>;
  /** What is loaded, as it stands in "Loading …". */
  subject: string;
  /** Of the skeleton, in pixels: what comes in its place is to move nothing. */
  height: number;
  /** In the place of the notice, where a refusal is something to explain (403, 404). */
  refused?: (problem: Problem) => ReactNode;
  children: (data: Data) => ReactNode;
}

/** The one switch between loading, error, refusal and data. */
export function QueryState<Data>({ query, subject, height, refused, children }: QueryStateProps<Data>) {
  if (query.data !== undefined) return children(query.data);
  if (query.error === null) return <Waiting subject={subject} height={height} />;
  const explained = [403, 404].includes(query.error.status) ? refused?.(query.error) : undefined;
  return explained ?? <ProblemNotice problem={query.error} onRetry={() => void query.refetch()} />;
}

/** What flashes makes a page feel slower: for a moment, milliseconds, nothing is shown at all. */
const patienceMs = 400;

function Waiting({ subject, height }: { subject: string; height: number }) {
  const [isLong, setLong] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLong(true), patienceMs);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div aria-busy="true" style={{ minHeight: height }}>
      <VisuallyHidden>{t('loading', { subject })}</VisuallyHidden>
      {isLong && <Skeleton height={height} radius="xl" />}
    </div>
  );
}
