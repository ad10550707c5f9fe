import type { ReactNode } from 'react';
import classes from './card.module.css';

interface CardProps {
  heading: string;
  icon?: ReactNode;
  /** At the end of its header. */
  end?: ReactNode;
  children: ReactNode;
}

export function Card({ heading, icon, end, children }: CardProps) {
  return (
    <section className={classes.card} aria-label={heading}>
      <div className={classes.header}>
        {icon}
        <h2>{heading}</h2>
        {end && <div className={classes.end}>{end}</div>}
      </div>
      <div className={classes.body}>{children}</div>
    </section>
  );
}
