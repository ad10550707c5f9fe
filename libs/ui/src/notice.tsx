import type { ReactNode } from 'react';
import classes from './notice.module.css';

/** Sand and sea mean the environment alone; the others mean whose turn it is, or how something ended. */
export type Tone = 'sand' | 'sea' | 'plum' | 'blue' | 'green' | 'red' | 'slate';

interface NoticeProps {
  tone: Tone;
  icon: ReactNode;
  heading: string;
  /** Beside the heading: the one thing to do. */
  action?: ReactNode;
  children?: ReactNode;
}

/** There when the page is: not an `alert`, which would be read out before everything else. */
export function Notice({ tone, icon, heading, action, children }: NoticeProps) {
  return (
    <section className={classes.notice} data-tone={tone} aria-label={heading}>
      <span className={classes.icon} aria-hidden>
        {icon}
      </span>
      <h2 className={classes.heading}>{heading}</h2>
      {action && <div className={classes.action}>{action}</div>}
      {children && <div className={classes.body}>{children}</div>}
    </section>
  );
}
