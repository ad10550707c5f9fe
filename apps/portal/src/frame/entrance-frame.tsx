import { Suspense } from 'react';
import { Outlet } from 'react-router';
import { Brand } from './brand';
import classes from './frame.module.css';

/** Pages for whoever is not signed in: they belong to no environment. */
export function EntranceFrame() {
  return (
    <div className={classes.entrance}>
      <header>
        <Brand />
      </header>
      <main className={classes.sheet}>
        <Suspense fallback={null}>
          <Outlet />
        </Suspense>
      </main>
    </div>
  );
}
