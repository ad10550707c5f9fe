import type { ReactNode } from 'react';
import type { Tone } from './notice';
import classes from './tag.module.css';

/** An adjective in a light tint: a state, never something to press. */
export const Tag = ({ tone = 'slate', children }: { tone?: Tone; children: ReactNode }) => (
  <span className={classes.tag} data-tone={tone}>
    {children}
  </span>
);
