import { VisuallyHidden } from '@mantine/core';
import { IconMenu2, IconX } from '@tabler/icons-react';
import { Suspense, useEffect, useRef, type ReactNode } from 'react';
import { Navigate, Outlet, useLocation } from 'react-router';
import { addressOf, pages, type Environment } from '../pages';
import { LiveUpdates } from '../session/live-updates';
import { AccountPages, useAccount } from '../session/account-context';
import { useAccountDetails } from '../session/queries';
import { t } from '../text/texts';
import { EnvironmentBand } from './environment-band';
import classes from './frame.module.css';
import { Navigation } from './navigation';
import productionIcon from './icon-production.svg';
import sandboxIcon from './icon-sandbox.svg';

const icons = { sandbox: sandboxIcon, production: productionIcon };

/** Everything around a page of an account. */
export function AccountFrame({ environment }: { environment: Environment }) {
  return (
    <AccountPages environment={environment}>
      <link rel="icon" type="image/svg+xml" href={icons[environment]} />
      <Frame />
    </AccountPages>
  );
}

function Frame() {
  const { environment, login } = useAccount();
  return (
    <>
      <a className={classes.skip} href="#main">
        {t('nav.skip')}
      </a>
      <EnvironmentBand environment={environment} login={login} />
      <LiveUpdates />
      <div className={classes.frame}>
        <div className={classes.rail}>
          <Navigation />
        </div>
        <main id="main" className={classes.main}>
          <NarrowMenu />
          <Suspense fallback={null}>
            <SetUpFirst>
              <Outlet />
            </SetUpFirst>
          </Suspense>
        </main>
      </div>
    </>
  );
}

/** Until its policy is accepted, a sandbox has one page alone (B8). */
function SetUpFirst({ children }: { children: ReactNode }) {
  const { data } = useAccountDetails();
  const { pathname } = useLocation();
  if (data?.state === 'awaiting_setup' && pathname !== pages.setUp) return <Navigate to={addressOf('setUp')} replace />;
  return children;
}

/** Where there is no room for the rail: the browser's own dialog keeps the focus inside, and gives it back. */
function NarrowMenu() {
  const dialog = useRef<HTMLDialogElement>(null);
  const { pathname } = useLocation();
  useEffect(() => dialog.current?.close(), [pathname]);
  return (
    <div className={classes.narrow}>
      <button type="button" className={classes.burger} onClick={() => dialog.current?.showModal()}>
        <IconMenu2 size={18} stroke={1.6} aria-hidden />
        {t('nav.menu')}
      </button>
      <dialog ref={dialog} className={classes.drawer} aria-label={t('nav.menu')}>
        <button type="button" className={classes.burger} onClick={() => dialog.current?.close()}>
          <IconX size={18} stroke={1.6} aria-hidden />
          <VisuallyHidden>{t('nav.close')}</VisuallyHidden>
        </button>
        <Navigation />
      </dialog>
    </div>
  );
}
