import { useMantineColorScheme } from '@mantine/core';
import {
  IconFlask,
  IconKey,
  IconLayoutGrid,
  IconLogout,
  IconMoon,
  IconPlugConnected,
  IconSettings,
  IconSun,
  type TablerIcon,
} from '@tabler/icons-react';
import { NavLink } from 'react-router';
import { addressOf, type Page } from '../pages';
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
            <MenuLink page="catalogue" icon={IconLayoutGrid} />
            <MenuLink page="subscriptions" icon={IconPlugConnected} />
            <MenuLink page="keys" icon={IconKey} />
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

function MenuLink({ page, icon: Icon }: { page: Page & keyof typeof menuTexts; icon: TablerIcon }) {
  const { environment } = useAccount();
  return (
    <NavLink to={addressOf(page, { environment })} end={page === 'settings'}>
      <Icon size={18} stroke={1.6} aria-hidden />
      {t(menuTexts[page])}
    </NavLink>
  );
}

const menuTexts = {
  catalogue: 'nav.catalogue',
  subscriptions: 'nav.subscriptions',
  keys: 'nav.keys',
  sandbox: 'nav.sandbox',
  settings: 'nav.settings',
} as const satisfies Partial<Record<Page, string>>;

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
