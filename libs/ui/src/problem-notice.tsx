import { Button } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import type { Problem } from '#libs/api-client';
import { useRef } from 'react';
import { useExplain } from './explain-problem';
import { Notice } from './notice';
import classes from './problem-notice.module.css';
import { t } from './ui-texts';
import { useCopy } from './use-copy';

interface ProblemNoticeProps {
  problem: Problem;
  /** What did not happen, such as "The key was not rotated". */
  heading?: string;
  onRetry?: () => void;
}

/** What did not happen, what to do, and what helps whoever is asked about it. */
export function ProblemNotice({ problem, heading, onRetry }: ProblemNoticeProps) {
  const details = useRef<HTMLPreElement>(null);
  const { copy } = useCopy(t('problem.details'), details);
  const explanation = useExplain()(problem);
  const text = JSON.stringify({ ...problem.details, address: location.pathname }, null, 2);
  return (
    <Notice tone="red" icon={<IconAlertTriangle size={20} stroke={1.6} />} heading={heading ?? t('problem.heading')}>
      <p>{explanation}</p>
      <dl className={classes.codes}>
        <dt>{t('problem.code')}</dt>
        <dd>
          <code>{problem.code}</code>
        </dd>
        {problem.traceId && (
          <>
            <dt>{t('problem.trace')}</dt>
            <dd>
              <code>{problem.traceId}</code>
            </dd>
          </>
        )}
      </dl>
      <div className={classes.actions}>
        {onRetry && (
          <Button variant="default" size="compact-sm" onClick={onRetry}>
            {t('problem.retry')}
          </Button>
        )}
        <Button variant="default" size="compact-sm" onClick={() => copy(text)}>
          {t('problem.copy')}
        </Button>
      </div>
      <pre ref={details} hidden>
        {text}
      </pre>
    </Notice>
  );
}
