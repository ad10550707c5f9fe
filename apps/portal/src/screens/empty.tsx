import type { ReactNode } from 'react';
import classes from './empty.module.css';

/** Nothing yet: one sentence, and one thing to do. */
export const Empty = ({ text, children }: { text: string; children?: ReactNode }) => (
  <div className={classes.empty}>
    <p>{text}</p>
    {children}
  </div>
);
