import { useEffect, useRef, type ReactNode } from 'react';
import { useLocation } from 'react-router';
import { useProvider } from '../session/queries';
import { t } from '../text/texts';
import classes from './screen.module.css';

interface ScreenProps {
  title: string;
  /** Beside the heading. */
  badge?: ReactNode;
  subtitle?: ReactNode;
  crumbs?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}

let isFirst = true;

/** A page: its one `h1`, which is given the focus when somebody has come here from another page, and its title. */
export function Screen({ title, badge, subtitle, crumbs, actions, children }: ScreenProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  const { pathname } = useLocation();
  const site = useProvider().data?.name ?? t('brand');
  const environment = pathname.startsWith('/sandbox/')
    ? 'sandbox'
    : pathname.startsWith('/production/')
      ? 'production'
      : undefined;
  useEffect(() => {
    const mark = environment ? `[${t(`environment.${environment}`)}] ` : '';
    document.title = `${mark}${title} – ${site}`;
  }, [title, site, environment]);
  useEffect(() => {
    // After the first load the browser itself begins at the top.
    if (!isFirst) heading.current?.focus();
    isFirst = false;
  }, [pathname]);
  return (
    <>
      {crumbs && (
        <nav className={classes.crumbs} aria-label={t('nav.crumbs')}>
          {crumbs}
        </nav>
      )}
      <div className={classes.head}>
        <div className={classes.heading}>
          <h1 ref={heading} tabIndex={-1}>
            {title} {badge && <span className={classes.badge}>{badge}</span>}
          </h1>
          {subtitle && <p className={classes.subtitle}>{subtitle}</p>}
        </div>
        {actions && <div className={classes.actions}>{actions}</div>}
      </div>
      <div className={classes.content}>{children}</div>
    </>
  );
}
