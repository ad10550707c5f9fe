import { useMantineColorScheme } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import {
  IconBell,
  IconFlask,
  IconKey,
  IconLayoutGrid,
  IconLogout,
  IconMoon,
  IconPlugConnected,
  IconRoute,
  IconSettings,
  IconSun,
  type TablerIcon,
} from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { NavLink } from 'react-router';
import { addressOf, type Page } from '../pages';
import { notificationsQuery } from '../screens/notifications/notifications.queries';
import { useAccount } from '../session/account-context';
import { useAccountDetails } from '../session/queries';
import { useSignOut } from '../session/use-sign-out';
import { t } from '../text/texts';
import { Brand } from './brand';
import classes from './frame.module.css';

/** The menu of an account, in its order; a page that somebody can never use is not in it. */
export function Navigation() {
  const { environment, role } = useAccount();
  const isSetUp = useAccountDetails().data?.state === 'active';
  const canHaveSandbox = environment === 'production' && role === 'global_admin';
  return (
    <nav className={classes.navigation} aria-label={t('nav.main')}>
      <Brand />
      <div className={classes.menu}>
        {isSetUp && (
          <>
            <MenuLink page="start" icon={IconRoute} />
            <MenuLink page="catalogue" icon={IconLayoutGrid} />
            <MenuLink page="subscriptions" icon={IconPlugConnected} />
            <MenuLink page="keys" icon={IconKey} />
            <MenuLink page="notifications" icon={IconBell} end={<Unread />} />
            <p className={classes.group}>{t('nav.account')}</p>
            {canHaveSandbox && <MenuLink page="sandbox" icon={IconFlask} />}
            <MenuLink page="settings" icon={IconSettings} />
          </>
        )}
      </div>
      <div className={classes.menuEnd}>
        <ColorSchemeButton />
        <SignOutButton />
      </div>
    </nav>
  );
}

interface MenuLinkProps {
  page: Page & keyof typeof menuTexts;
  icon: TablerIcon;
  end?: ReactNode;
}

function MenuLink({ page, icon: Icon, end }: MenuLinkProps) {
  const { environment } = useAccount();
  return (
    <NavLink to={addressOf(page, { environment })} end={page === 'settings'}>
      <Icon size={18} stroke={1.6} aria-hidden />
      {t(menuTexts[page])}
      {end}
    </NavLink>
  );
}

const menuTexts = {
  start: 'nav.start',
  catalogue: 'nav.catalogue',
  subscriptions: 'nav.subscriptions',
  keys: 'nav.keys',
  notifications: 'inbox.title',
  sandbox: 'nav.sandbox',
  settings: 'nav.settings',
} as const satisfies Partial<Record<Page, string>>;

/** How much of the inbox the caller has not read. */
function Unread() {
  const count = useInfiniteQuery(notificationsQuery(useAccount())).data?.pages[0]?.unread ?? 0;
  return count > 0 ? <span className={classes.count}>{t('inbox.unread', { count })}</span> : null;
}

function ColorSchemeButton() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const isDark =
    colorScheme === 'dark' || (colorScheme === 'auto' && matchMedia('(prefers-color-scheme: dark)').matches);
  const Icon = isDark ? IconSun : IconMoon;
  return (
    <button type="button" onClick={() => setColorScheme(isDark ? 'light' : 'dark')}>
      <Icon size={18} stroke={1.6} aria-hidden />
      {t(isDark ? 'nav.light' : 'nav.dark')}
    </button>
  );
}

function SignOutButton() {
  const signOut = useSignOut();
  return (
    <button type="button" onClick={() => signOut.mutate()} aria-disabled={signOut.isPending}>
      <IconLogout size={18} stroke={1.6} aria-hidden />
      {t('nav.signOut')}
    </button>
  );
}
